// Reads TypeScript as far as the architecture test needs it: what is code, what is comment, what is string.

/** A source text seen twice, with every position kept. */
export interface SourceCode {
  /** Comments blanked out; strings as they are. */
  readonly withoutComments: string;
  /** Comments, strings, the fixed parts of templates, and regular expressions blanked out. */
  readonly codeOnly: string;
}

/** Blanks out what is not code. Positions and line breaks stay, so that a match can be told by its line. */
export function readSource(text: string): SourceCode {
  let withoutComments = "";
  let codeOnly = "";
  let offset = 0;
  // One entry per open template: how many braces are open inside its current `${ }`.
  const templates: number[] = [];
  const keep = (piece: string) => {
    withoutComments += piece;
    codeOnly += piece;
    offset += piece.length;
  };
  const keepString = (piece: string) => {
    withoutComments += piece;
    codeOnly += blank(piece);
    offset += piece.length;
  };
  while (offset < text.length) {
    const comment = matchAt(/\/\/[^\n]*|\/\*[\s\S]*?\*\//y, text, offset);
    if (comment !== undefined) {
      withoutComments += blank(comment);
      codeOnly += blank(comment);
      offset += comment.length;
      continue;
    }
    const string = matchAt(/"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*'/y, text, offset);
    if (string !== undefined) {
      keepString(string);
      continue;
    }
    const regExp = mayStartRegExp(codeOnly) ? matchAt(REGULAR_EXPRESSION, text, offset) : undefined;
    if (regExp !== undefined) {
      keepString(regExp);
      continue;
    }
    const depth = templates.at(-1);
    if (text[offset] === "`" || (text[offset] === "}" && depth === 0)) {
      if (text[offset] === "}") templates.pop();
      const part = matchAt(/[`}](?:[^`\\$]|\\[\s\S]|\$(?!\{))*(?:`|\$\{)/y, text, offset) ?? "`";
      if (part.endsWith("${")) templates.push(0);
      keepString(part);
      continue;
    }
    if (depth !== undefined && text[offset] === "{") templates[templates.length - 1] = depth + 1;
    if (depth !== undefined && text[offset] === "}") templates[templates.length - 1] = depth - 1;
    keep(text[offset] ?? "");
  }
  return { withoutComments, codeOnly };
}

/** Specifiers of every import and re-export, type-only and dynamic ones included. */
export function importSpecifiers(source: SourceCode): string[] {
  const specifiers: string[] = [];
  for (const match of source.codeOnly.matchAll(/\b(?:from|import)\b/g)) {
    const rest = source.withoutComments.slice(match.index + match[0].length);
    const specifier = /^\s*\(?\s*(?:"([^"]+)"|'([^']+)')/.exec(rest);
    if (specifier !== null) specifiers.push(specifier[1] ?? specifier[2] ?? "");
  }
  return specifiers;
}

const REGULAR_EXPRESSION = /\/(?![*/])(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y;

/** A slash after a value divides; anywhere else it begins a regular expression. */
function mayStartRegExp(codeBefore: string): boolean {
  const before = codeBefore.trimEnd();
  return before === "" || /[-=(,:;!&|?{}[+*%<>~^]$|\b(?:return|typeof|case|in|of)$/.test(before);
}

function matchAt(pattern: RegExp, text: string, offset: number): string | undefined {
  pattern.lastIndex = offset;
  return pattern.exec(text)?.[0];
}

function blank(text: string): string {
  return text.replace(/[^\n]/g, " ");
}
