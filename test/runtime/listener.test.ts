import type { Runtime } from "../../src/server/runtime.ts";
import { listenerContract } from "./listener-contract.ts";

type Listening = Pick<Runtime, "name" | "listen">;

/** The listener of the runtime that runs this file; the others cannot even be loaded everywhere. */
async function listening(): Promise<Listening> {
  if ("Bun" in globalThis) {
    return { name: "bun", listen: (await import("../../src/runtime/bun-listener.ts")).listenBun };
  }
  if ("Deno" in globalThis) {
    return { name: "deno", listen: (await import("../../src/runtime/deno-listener.ts")).listenDeno };
  }
  return { name: "node", listen: (await import("../../src/runtime/node-listener.ts")).listenNode };
}

listenerContract(await listening());
