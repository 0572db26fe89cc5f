import type { Contender } from "./contenders.ts";
import type { Outcome, Row } from "./scenario.ts";

/** Everything that was measured. */
export interface Results {
  readonly rows: readonly Row[];
  readonly contenders: readonly Contender[];
  outcome(row: Row, contender: Contender): Outcome | undefined;
}

/** The table for a terminal. A bound that Lacquer missed is marked with `!`. */
export function renderText(results: Results): string {
  const head = ["", "", ...results.contenders.map(({ title }) => title)];
  const body = results.rows.map((row) => {
    return [row.id, row.title, ...results.contenders.map((contender) => cell(results, row, contender))];
  });
  const table = [head, ...body];
  const widths = head.map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  return table.map((line) => line.map((text, column) => text.padEnd(widths[column] ?? 0)).join("  ").trimEnd()).join(
    "\n",
  );
}

/** The same as a Markdown table, with the bounds in a column. */
export function renderMarkdown(results: Results): string {
  const head = ["", "Clients", "Bound for Lacquer", ...results.contenders.map(({ title }) => title)];
  const body = results.rows.map((row) => {
    return [row.id, row.title, row.bound, ...results.contenders.map((contender) => cell(results, row, contender))];
  });
  return [head, head.map(() => "---"), ...body].map((line) => `| ${line.join(" | ")} |`).join("\n");
}

/** One line for every bound that Lacquer missed. */
export function misses(results: Results): string[] {
  return results.rows.flatMap((row) =>
    results.contenders.filter(({ isOurs }) => isOurs).flatMap((contender) =>
      missesOf(results.outcome(row, contender)).map((miss) => `${row.id} ${contender.title}: ${miss}`)
    )
  );
}

function missesOf(outcome: Outcome | undefined): readonly string[] {
  return outcome === undefined ? [] : [...outcome.misses, ...outcome.late];
}

function cell(results: Results, row: Row, contender: Contender): string {
  const outcome = results.outcome(row, contender);
  if (outcome === undefined) return "";
  const mark = contender.isOurs && missesOf(outcome).length > 0 ? " !" : "";
  return outcome.facts.join(", ") + mark;
}
