import { LACQUERS } from "../contender.ts";
import { CONNECTIONS, type Scenario, type Track } from "../scenario.ts";
import { hitTrack } from "./hit.ts";

const plain: Track = { ...hitTrack("10k", CONNECTIONS), contenders: ["nginx", ...LACQUERS] };

/** Hits with an access log that goes into a file, beside hits without. */
export const LOG: Scenario = {
  name: "log",
  title: "Hit, 10 KB, with an access log",
  tracks: [{ ...plain, log: true }, { ...plain, mark: "log off" }],
};
