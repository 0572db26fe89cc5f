/** The admin API could not be asked, or refused. `message` has one line for each thing to know. */
export class AdminError extends Error {
  override readonly name = "AdminError";

  constructor(lines: readonly string[], cause?: unknown) {
    super(lines.join("\n"), { cause });
  }
}
