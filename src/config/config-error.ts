/** One thing that is wrong, and where. */
export interface Problem {
  /** Where: a key such as `origins[1].timeouts.connect`, or a flag such as `--memory`. */
  readonly path: string;
  /** What was given and what is accepted. */
  readonly message: string;
  /** The value as it was given; absent when the key itself is wrong. */
  readonly given?: unknown;
}

/** The configuration cannot be used. `message` lists every problem, one per line, below a line that names the source. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly problems: readonly Problem[];

  constructor(message: string, problems: readonly Problem[], cause?: unknown) {
    super([message, ...problems.map(problemLine)].join("\n"), { cause });
    this.problems = problems;
  }
}

/** A problem as one indented line of a message. */
export function problemLine(problem: Problem): string {
  return problem.path === "" ? `  ${problem.message}` : `  ${problem.path}: ${problem.message}`;
}

/** `"1 problem"`, `"3 problems"`. */
export function countProblems(problems: readonly Problem[]): string {
  return problems.length === 1 ? "1 problem" : `${problems.length} problems`;
}
