import { describeSettings } from "../config/describe-settings.ts";
import { loadConfig } from "../config/load-config.ts";
import { resolveSettings } from "../config/resolve-settings.ts";
import type { Runtime } from "../server/runtime.ts";
import { readCheckFlags } from "./arguments.ts";
import { USAGE } from "./usage.ts";

/**
 * Validates the configuration and prints the effective one as JSON, which is itself a configuration.
 *
 * @returns The exit code.
 * @throws {UsageError | ConfigError}
 */
export async function check(runtime: Runtime, args: readonly string[]): Promise<number> {
  const flags = readCheckFlags(args);
  if (flags.help) {
    runtime.writeOut(USAGE);
    return 0;
  }
  const loaded = await loadConfig(runtime, flags.config);
  const settings = resolveSettings(loaded?.config ?? {}, loaded?.file);
  runtime.writeOut(`${JSON.stringify(describeSettings(settings), null, 2)}\n`);
  return 0;
}
