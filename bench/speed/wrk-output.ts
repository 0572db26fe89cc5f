/** What one run of wrk says of itself. Times are in microseconds. */
export interface WrkFigures {
  readonly requests: number;
  readonly rate: number;
  readonly p50: number;
  readonly p99: number;
  /** Of everything that was read, header sections included. */
  readonly bytes: number;
  /** What went wrong, in words; empty when nothing did. Statuses below 400 are right. */
  readonly errors: readonly string[];
}

/** Counts of the line that `scriptOf` has wrk write. */
type Counts = Readonly<Record<"requests" | "micros" | "bytes" | "p50" | "p99" | ErrorName, number>>;
type ErrorName = "status" | "connect" | "read" | "write" | "timeout";

const ERROR_TITLES: Readonly<Record<ErrorName, string>> = {
  status: "statuses of 400 and above",
  connect: "connections refused",
  read: "connections broken while reading",
  write: "connections broken while writing",
  timeout: "answers too late",
};

/** Reads the standard output of wrk with a script of `scriptOf`; throws when it lacks the figures. */
export function parseWrkOutput(output: string): WrkFigures {
  const line = /^figures (\{.*\})$/m.exec(output)?.[1];
  if (line === undefined) throw new Error(`Cannot read the output of wrk: it has no figures: "${output.trim()}"`);
  const counts = JSON.parse(line) as Counts;
  const errors = (Object.keys(ERROR_TITLES) as ErrorName[])
    .filter((name) => counts[name] > 0)
    .map((name) => `${counts[name]} ${ERROR_TITLES[name]}`);
  const { requests, p50, p99, bytes } = counts;
  return { requests, rate: requests / (counts.micros / 1e6), p50, p99, bytes, errors };
}
