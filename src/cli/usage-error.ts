import { countProblems, type Problem, problemLine } from "../config/config-error.ts";

/** The command line cannot be followed. `message` lists every problem, one per line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly problems: readonly Problem[];

  /** @param command The command as typed, for example `"lacquer serve"`. */
  constructor(command: string, problems: readonly Problem[]) {
    const lines = [`Cannot run "${command}": ${countProblems(problems)}`, ...problems.map(problemLine)];
    super([...lines, 'Try "lacquer --help"'].join("\n"));
    this.problems = problems;
  }
}
