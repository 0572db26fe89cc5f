import type { Problem } from "../config/config-error.ts";
import { type Argument, type FlagSyntax, parseArguments } from "../runtime/parse-arguments.ts";

/** What one flag of a command takes. */
export interface FlagRule extends FlagSyntax {
  readonly repeatable?: boolean;
  /** The flag belongs to a later release. */
  readonly unavailable?: boolean;
}

/** The flags of a command by name. */
export type FlagRules = Readonly<Record<string, FlagRule>>;

/** The flags of one command line. */
export interface GivenFlags {
  /** Values of a flag, in the order given. */
  values(name: string): readonly string[];
  /** Whether a flag without value is given. */
  isOn(name: string): boolean;
  /** Everything that the rules do not accept. */
  readonly problems: readonly Problem[];
}

/** Reads a command line by the rules of its command. */
export function readFlags(args: readonly string[], rules: FlagRules): GivenFlags {
  // Task runners pass on the "--" that keeps their own flags apart from ours.
  const given = parseArguments(args[0] === "--" ? args.slice(1) : args, rules);
  const values = collectValues(given);
  return {
    values: (name) => values.get(name) ?? [],
    isOn: (name) => given.some((argument) => argument.kind === "flag" && argument.name === name),
    problems: [...given.flatMap((argument) => argumentProblem(argument, rules)), ...repetitionProblems(values, rules)],
  };
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

function repetitionProblems(values: ReadonlyMap<string, readonly string[]>, rules: FlagRules): Problem[] {
  return [...values].flatMap(([name, list]) => {
    if (list.length < 2 || rules[name]?.repeatable === true) return [];
    return [{ path: `--${name}`, message: `given ${list.length} times, accepted: once` }];
  });
}

function collectValues(given: readonly Argument[]): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const argument of given) {
    if (argument.kind !== "flag" || argument.value === undefined || argument.value === "") continue;
    values.set(argument.name, [...values.get(argument.name) ?? [], argument.value]);
  }
  return values;
}
