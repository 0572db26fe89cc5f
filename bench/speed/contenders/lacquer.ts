import { join } from "node:path";
import { type RuntimeName, startLacquer } from "../../support/lacquer.ts";
import type { Contender } from "../contender.ts";

export function lacquer(runtime: RuntimeName): Contender {
  return {
    async start(workplace, { port, originPort, storeBytes, log }) {
      const options = { port, originUrl: `http://127.0.0.1:${originPort}`, memoryBytes: storeBytes };
      if (!log) return startLacquer(workplace, runtime, options);
      return startLacquer(workplace, runtime, {
        ...options,
        logFile: join(await workplace.newFolder("log"), "access.log"),
      });
    },
    isHit: (fields) => /;\s*hit\b/.test(String(fields["cache-status"])),
  };
}
