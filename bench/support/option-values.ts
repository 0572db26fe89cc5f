import { parseArgs } from "node:util";

/** The options on a command line; throws a `RangeError` that says what is wrong with it, and which are accepted. */
export function parsedOptions<Options extends OptionRules>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const accepted = Object.keys(options).map((name) => `--${name}`).join(", ");
    throw new RangeError(`${reason}. Accepted: ${accepted}`, { cause });
  }
}

type OptionRules = NonNullable<NonNullable<Parameters<typeof parseArgs>[0]>["options"]>;

/** The names of `given` in the order of `known`, or all; throws a `RangeError` that tells what is accepted. */
export function chosen<Name extends string>(
  flag: string,
  given: string | undefined,
  known: readonly Name[],
): readonly Name[] {
  if (given === undefined) return known;
  const names = given.split(",");
  const unknown = names.find((name) => !known.some((one) => one === name));
  if (unknown !== undefined) {
    throw new RangeError(`Cannot use "--${flag} ${given}": "${unknown}" is none of ${known.join(", ")}`);
  }
  return known.filter((name) => names.includes(name));
}

/** An odd number, so that as many rounds have a middle. */
export function oddNumber(flag: string, given: string): number {
  const number = Number(given);
  if (number % 2 === 1 && number > 0) return number;
  throw new RangeError(`Cannot use "--${flag} ${given}": it is no odd number, which would have a middle`);
}

/** A whole number of at least one. */
export function wholeNumber(flag: string, given: string): number {
  const number = Number(given);
  if (Number.isSafeInteger(number) && number > 0) return number;
  throw new RangeError(`Cannot use "--${flag} ${given}": it is no whole number above zero`);
}

/** What `read` gives. When it throws, the process ends with what it says, as for all bad usage. */
export function orExit<Options>(read: () => Options): Options {
  try {
    return read();
  } catch (error) {
    return exitWith(error);
  }
}

/** Ends the process for bad usage, with what is wrong with it. */
export function exitWith(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  return process.exit(2);
}
