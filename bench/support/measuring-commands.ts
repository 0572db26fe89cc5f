import type { RuntimeName } from "./lacquer.ts";

/** Room for a million stored responses, in MiB. */
const HEAP = 12_000;

/** How each runtime is started: as its entry is, with a way to collect garbage and room for a large store. */
export const MEASURING_COMMANDS: Readonly<Record<RuntimeName, readonly string[]>> = {
  bun: ["bun"],
  deno: [
    ...["deno", "run", "--quiet", "--cached-only", "--no-check", "--allow-all"],
    `--v8-flags=--max-semi-space-size=4,--expose-gc,--max-old-space-size=${HEAP}`,
  ],
  node: ["node", "--max-semi-space-size=4", "--expose-gc", `--max-old-space-size=${HEAP}`],
};
