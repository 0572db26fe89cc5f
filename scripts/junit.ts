/** One test of a JUnit report. */
export interface CaseResult {
  readonly name: string;
  readonly outcome: "passed" | "failed" | "skipped";
  /** What the report says of a failure. */
  readonly detail: string;
}

/** Tests of a JUnit report as Bun, Deno and Node write it: their leaves only, suites counted by what is in them. */
export function readJunit(xml: string): CaseResult[] {
  const cases: CaseResult[] = [];
  for (const match of xml.matchAll(/<testcase\b((?:[^>"]|"[^"]*")*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g)) {
    const [, attributes = "", content = ""] = match;
    const failure = /<(?:failure|error)\b((?:[^>"]|"[^"]*")*?)(?:\/>|>([\s\S]*?)<\/(?:failure|error)>)/.exec(content);
    const detail = failure === null ? "" : failureText(attribute(failure[1] ?? "", "message"), failure[2] ?? "");
    const outcome = failure !== null ? "failed" : content.includes("<skipped") ? "skipped" : "passed";
    cases.push({ name: attribute(attributes, "name"), outcome, detail });
  }
  return cases;
}

const MAX_FAILURE_LINES = 40;

/** The account of a failure once: Node wraps it in an error of its own, and all three repeat the message in it. */
function failureText(message: string, content: string): string {
  const text = unescapeXml(content).trim().replace(/^\[?Error \[ERR_TEST_FAILURE\][\s\S]*? cause: /, "");
  const whole = text.includes(message.replace(/^Uncaught \w+: /, "")) ? text : `${message}\n${text}`;
  const lines = whole.trim().split("\n");
  const omitted = lines.length - MAX_FAILURE_LINES;
  return omitted <= 0 ? lines.join("\n") : [...lines.slice(0, MAX_FAILURE_LINES), `… ${omitted} more lines`].join("\n");
}

function attribute(attributes: string, name: string): string {
  return unescapeXml(new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? "");
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function unescapeXml(text: string): string {
  const plain = text.replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, "$1");
  return plain.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16));
  });
}
