/** Lines of cells, the first of which is the head. */
export type Table = readonly (readonly string[])[];

/** For a terminal: the first column to the left, the others to the right. */
export function textTable(table: Table): string {
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  const cell = (text: string, column: number) => {
    return column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0);
  };
  return table.map((line) => line.map(cell).join("  ").trimEnd()).join("\n");
}

export function markdownTable(table: Table): string {
  const [head = [], ...body] = table;
  const rule = head.map((_, column) => column === 0 ? "---" : "--:");
  return [head, rule, ...body].map((line) => `| ${line.join(" | ")} |`).join("\n");
}
