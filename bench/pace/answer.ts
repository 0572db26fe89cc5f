import type { Table } from "../support/table.ts";

/** What a question has come to. */
export interface Answer {
  /** The paragraph above the table. */
  readonly caption: string;
  readonly table: Table;
  readonly verdicts: readonly Verdict[];
}

/** Whether a bound of Lacquer is held, and the sentence that says so. */
export interface Verdict {
  readonly isHeld: boolean;
  readonly text: string;
}

export function verdictLine({ isHeld, text }: Verdict): string {
  return `${isHeld ? "held" : "MISSED"}: ${text}`;
}
