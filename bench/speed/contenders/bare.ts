import type { RuntimeName } from "../../support/lacquer.ts";
import type { Contender } from "../contender.ts";

const COMMANDS: Readonly<Record<RuntimeName, readonly [string, ...string[]]>> = {
  bun: ["bun"],
  deno: ["deno", "run", "--cached-only", "--allow-net"],
  node: ["node"],
};

/** The server of a runtime with nothing behind it but a map. */
export function bare(runtime: RuntimeName): Contender {
  return {
    start(workplace, { port }) {
      const [command, ...args] = COMMANDS[runtime];
      return Promise.resolve(
        workplace.startPinned(command, [...args, `bench/speed/bare/${runtime}.ts`, String(port)]),
      );
    },
  };
}
