import { ConfigError, type Problem } from "../config/config-error.ts";
import type { LacquerConfig } from "../config/define-config.ts";
import { resolveSettings } from "../config/resolve-settings.ts";
import { type Argument, type FlagSyntax, parseArguments } from "../runtime/parse-arguments.ts";
import { UsageError } from "./usage-error.ts";

/** What a command line asks for. */
export interface Flags {
  readonly help: boolean;
  readonly config: string | undefined;
  /** What wins over the configuration file. Valid by itself. */
  readonly overrides: LacquerConfig;
}

interface FlagRule extends FlagSyntax {
  /** Key of the configuration that the flag sets. */
  readonly key?: "listen" | "origins" | "memory" | "log";
  readonly repeatable?: boolean;
  /** The flag belongs to a later release. */
  readonly unavailable?: boolean;
}

type FlagRules = Readonly<Record<string, FlagRule>>;

const CHECK_FLAGS: FlagRules = {
  config: { kind: "value" },
  help: { kind: "switch", short: "h" },
};

const SERVE_FLAGS: FlagRules = {
  ...CHECK_FLAGS,
  listen: { kind: "value", key: "listen" },
  origin: { kind: "value", key: "origins", repeatable: true },
  memory: { kind: "value", key: "memory" },
  log: { kind: "value", key: "log" },
  admin: { kind: "value", unavailable: true },
  disk: { kind: "value", unavailable: true },
  "disk-size": { kind: "value", unavailable: true },
  workers: { kind: "value", unavailable: true },
};

/** Flags of `lacquer serve`. @throws {UsageError} with every problem at once. */
export function readServeFlags(args: readonly string[]): Flags {
  return readFlags("lacquer serve", args, SERVE_FLAGS);
}

/** Flags of `lacquer check`. @throws {UsageError} with every problem at once. */
export function readCheckFlags(args: readonly string[]): Flags {
  return readFlags("lacquer check", args, CHECK_FLAGS);
}

function readFlags(command: string, args: readonly string[], rules: FlagRules): Flags {
  // Task runners pass on the "--" that keeps their own flags apart from ours.
  const given = parseArguments(args[0] === "--" ? args.slice(1) : args, rules);
  const problems = given.flatMap((argument) => argumentProblem(argument, rules));
  const values = collectValues(given);
  for (const [name, list] of values) {
    if (list.length > 1 && rules[name]?.repeatable !== true) {
      problems.push({ path: `--${name}`, message: `given ${list.length} times, accepted: once` });
    }
  }
  const overrides = readOverrides(values, rules);
  problems.push(...overrideProblems(overrides, rules));
  if (problems.length > 0) throw new UsageError(command, problems);
  return { help: isGiven(given, "help"), config: values.get("config")?.[0], overrides };
}

function argumentProblem(argument: Argument, rules: FlagRules): Problem[] {
  if (argument.kind === "positional") {
    return [{ path: `"${argument.value}"`, message: "unexpected argument, accepted: flags only" }];
  }
  const rule = Object.hasOwn(rules, argument.name) ? rules[argument.name] : undefined;
  if (rule === undefined) {
    return [{ path: argument.written, message: `unknown flag, accepted: ${acceptedFlags(rules)}` }];
  }
  const path = `--${argument.name}`;
  if (rule.unavailable === true) return [{ path, message: "not available in this release" }];
  if (rule.kind === "switch" && argument.value !== undefined) {
    return [{ path, message: `given "${argument.value}", accepted: no value`, given: argument.value }];
  }
  const isEmpty = argument.value === undefined || argument.value === "";
  if (rule.kind === "value" && isEmpty) return [{ path, message: "given without a value, accepted: one value" }];
  return [];
}

function acceptedFlags(rules: FlagRules): string {
  return Object.keys(rules).filter((name) => rules[name]?.unavailable !== true).map((name) => `--${name}`).join(", ");
}

function collectValues(given: readonly Argument[]): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const argument of given) {
    if (argument.kind !== "flag" || argument.value === undefined || argument.value === "") continue;
    values.set(argument.name, [...values.get(argument.name) ?? [], argument.value]);
  }
  return values;
}

function readOverrides(values: ReadonlyMap<string, readonly string[]>, rules: FlagRules): LacquerConfig {
  const overrides: Record<string, string | readonly string[]> = {};
  for (const [name, list] of values) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    const first = list[0];
    if (rule?.key === undefined || first === undefined) continue;
    overrides[rule.key] = rule.repeatable === true ? list : first;
  }
  return overrides;
}

/** Flags are held to the same schema as the file, so what they accept never differs. */
function overrideProblems(overrides: LacquerConfig, rules: FlagRules): Problem[] {
  try {
    resolveSettings(overrides);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map((problem) => ({ ...problem, path: flagOf(problem.path, rules) }));
  }
}

function flagOf(path: string, rules: FlagRules): string {
  const key = path.replace(/\[.*/, "");
  const name = Object.keys(rules).find((candidate) => rules[candidate]?.key === key) ?? key;
  return `--${name}`;
}

function isGiven(given: readonly Argument[], name: string): boolean {
  return given.some((argument) => argument.kind === "flag" && argument.name === name);
}
