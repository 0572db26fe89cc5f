import { ownListener } from "../support/own-listener.ts";
import { listenerContract } from "./listener-contract.ts";

listenerContract(await ownListener());
