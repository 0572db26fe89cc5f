import { ConfigError, type Problem } from "../config/config-error.ts";
import type { LacquerConfig } from "../config/define-config.ts";
import { resolveSettings } from "../config/resolve-settings.ts";
import { type FlagRules, type GivenFlags, readFlags } from "./flags.ts";
import { UsageError } from "./usage-error.ts";

/** What a command line asks for. */
export interface Flags {
  readonly help: boolean;
  readonly config: string | undefined;
  /** What wins over the configuration file. Valid by itself. */
  readonly overrides: LacquerConfig;
}

const CHECK_FLAGS: FlagRules = {
  config: { kind: "value" },
  help: { kind: "switch", short: "h" },
};

const SERVE_FLAGS: FlagRules = {
  ...CHECK_FLAGS,
  listen: { kind: "value" },
  origin: { kind: "value", repeatable: true },
  admin: { kind: "value" },
  memory: { kind: "value" },
  state: { kind: "value" },
  log: { kind: "value" },
  disk: { kind: "value", unavailable: true },
  "disk-size": { kind: "value", unavailable: true },
  workers: { kind: "value", unavailable: true },
};

/** Flags that set a key of the configuration, and the key. */
const KEYS = {
  listen: "listen",
  origin: "origins",
  admin: "admin",
  memory: "memory",
  state: "state",
  log: "log",
} as const;

/** Flags of `lacquer serve`. @throws {UsageError} with every problem at once. */
export function readServeFlags(args: readonly string[]): Flags {
  return readConfigFlags("lacquer serve", args, SERVE_FLAGS);
}

/** Flags of `lacquer check`. @throws {UsageError} with every problem at once. */
export function readCheckFlags(args: readonly string[]): Flags {
  return readConfigFlags("lacquer check", args, CHECK_FLAGS);
}

function readConfigFlags(command: string, args: readonly string[], rules: FlagRules): Flags {
  const given = readFlags(args, rules);
  const overrides = readOverrides(given, rules);
  const problems = [...given.problems, ...overrideProblems(overrides)];
  if (problems.length > 0) throw new UsageError(command, problems);
  return { help: given.isOn("help"), config: given.values("config")[0], overrides };
}

function readOverrides(given: GivenFlags, rules: FlagRules): LacquerConfig {
  const overrides: Record<string, string | readonly string[]> = {};
  for (const [flag, key] of Object.entries(KEYS)) {
    const values = given.values(flag);
    const first = values[0];
    if (rules[flag] === undefined || first === undefined) continue;
    overrides[key] = rules[flag].repeatable === true ? values : first;
  }
  return overrides;
}

/** Flags are held to the same schema as the file, so what they accept never differs. */
function overrideProblems(overrides: LacquerConfig): Problem[] {
  try {
    resolveSettings(overrides);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => ({ ...problem, path: flagOf(problem.path) }));
  }
}

function flagOf(path: string): string {
  const key = path.replace(/\[.*/, "");
  const flag = Object.entries(KEYS).find(([, candidate]) => candidate === key)?.[0];
  return `--${flag ?? key}`;
}
