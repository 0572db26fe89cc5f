// `node:util` exists on all three runtimes, so this is one file for all of them.
import { parseArgs } from "node:util";

/** One argument of a command line, split but not judged. */
export type Argument =
  | { readonly kind: "flag"; readonly name: string; readonly written: string; readonly value: string | undefined }
  | { readonly kind: "positional"; readonly value: string };

/** How a flag takes its value. */
export interface FlagSyntax {
  /** `value` consumes the next argument unless `=` gives one; `switch` stands alone. */
  readonly kind: "value" | "switch";
  /** One letter for the short form. */
  readonly short?: string;
}

/**
 * Splits a command line into flags and positionals, unknown flags included. An argument that begins with `-` is
 * never taken for the value of the flag before it.
 */
export function parseArguments(args: readonly string[], flags: Readonly<Record<string, FlagSyntax>>): Argument[] {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [name, {
      type: flag.kind === "value" ? "string" as const : "boolean" as const,
      ...(flag.short === undefined ? {} : { short: flag.short }),
    }]),
  );
  const found: Argument[] = [];
  for (let rest = args; rest.length > 0;) {
    const { tokens } = parseArgs({ args: [...rest], options, strict: false, allowPositionals: true, tokens: true });
    const swallowed = tokens.findIndex((token) =>
      token.kind === "option" && !token.inlineValue && token.value?.startsWith("-") === true
    );
    for (const token of swallowed < 0 ? tokens : tokens.slice(0, swallowed)) {
      if (token.kind === "option") {
        found.push({ kind: "flag", name: token.name, written: token.rawName, value: token.value });
      } else if (token.kind === "positional") found.push({ kind: "positional", value: token.value });
    }
    const stop = swallowed < 0 ? undefined : tokens[swallowed];
    if (stop?.kind !== "option") break;
    found.push({ kind: "flag", name: stop.name, written: stop.rawName, value: undefined });
    rest = rest.slice(stop.index + 1);
  }
  return found;
}
