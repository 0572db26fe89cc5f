import { ConfigError, type Problem } from "../config/config-error.ts";
import { composeProxy } from "../server/compose-proxy.ts";
import { ListenError, type Runtime, StateError } from "../server/runtime.ts";
import { AdminError } from "./admin-error.ts";
import { check } from "./check.ts";
import { serve } from "./serve.ts";
import { UsageError } from "./usage-error.ts";
import { USAGE } from "./usage.ts";
import { VERSION } from "./version.ts";

const COMMANDS = ["serve", "check", "purge", "stats"] as const;

/** Commands that a later release will have. */
const LATER_COMMANDS: readonly string[] = ["explain"];

/** What a command ends with when it cannot do what is asked for. */
const EXPECTED = [UsageError, ConfigError, ListenError, StateError, AdminError] as const;

/** Runs the command line of `runtime` and ends the process: 0 stopped, 1 cannot run, 2 bad usage or configuration. */
export async function main(runtime: Runtime): Promise<void> {
  runtime.exit(await run(runtime));
}

async function run(runtime: Runtime): Promise<number> {
  try {
    return await dispatch(runtime);
  } catch (error) {
    runtime.writeError(`${errorText(error)}\n`);
    return error instanceof UsageError || error instanceof ConfigError ? 2 : 1;
  }
}

async function dispatch(runtime: Runtime): Promise<number> {
  const [command, ...args] = runtime.args;
  switch (command) {
    case "serve":
      return await serve(runtime, args, { compose: composeProxy });
    case "check":
      return await check(runtime, args);
    case "purge":
      return await (await import("./purge.ts")).purge(runtime, args);
    case "stats":
      return await (await import("./stats.ts")).stats(runtime, args);
    case "help":
    case "--help":
    case "-h":
      runtime.writeOut(USAGE);
      return 0;
    case "--version":
      runtime.writeOut(`lacquer ${VERSION} (${runtime.name} ${runtime.version})\n`);
      return 0;
    default:
      throw new UsageError("lacquer", [commandProblem(command)]);
  }
}

function commandProblem(command: string | undefined): Problem {
  const accepted = COMMANDS.join(", ");
  if (command === undefined) return { path: "", message: `no command given, accepted: ${accepted}` };
  const isLater = LATER_COMMANDS.includes(command);
  const reason = isLater ? "comes with a later release" : "unknown command";
  return { path: `"${command}"`, message: `${reason}, accepted: ${accepted}`, given: command };
}

/** What is expected is told in its own words; anything else is a fault of ours and shows where. */
function errorText(error: unknown): string {
  if (EXPECTED.some((kind) => error instanceof kind)) return (error as Error).message;
  return error instanceof Error ? error.stack ?? error.message : String(error);
}
