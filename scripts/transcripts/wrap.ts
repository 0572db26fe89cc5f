const WIDTH = 120;

/** A paragraph of Markdown in lines as `deno fmt` breaks it: a span of code stays in one line. */
export function wrap(paragraph: string): string {
  const lines: string[] = [];
  let line = "";
  for (const word of wordsOf(paragraph)) {
    if (line !== "" && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].join("\n");
}

function wordsOf(paragraph: string): readonly string[] {
  return paragraph.match(/(?:`[^`]*`|[^\s`])+/g) ?? [];
}
