import { commandLine, type CurlOutput, type ResponseHead } from "./curl.ts";
import type { OriginVisit } from "./scripted-origin.ts";
import type { OriginReply, OriginRequest, Step } from "./story.ts";
import { wrap } from "./wrap.ts";

/** Shown wherever they are. */
const ALWAYS_SHOWN = ["Cache-Status", "Age"];
/** Fields of a forwarded request that tell what the origin is asked for. */
const ASKED = ["Range", "If-Range", "If-None-Match"];

/** What to see, the command with what matters of its output, and what the origin had to do with it. */
export function renderStep(step: Step, output: CurlOutput, visits: readonly OriginVisit[] | undefined): string {
  const shown = [...ALWAYS_SHOWN, ...step.show ?? []];
  const heads = output.heads.map((head) => renderHead(head, shown));
  const printed = withoutBoundary([`$ ${commandLine(step.curl)}`, heads.join("\n\n"), ...bodyOf(output)].join("\n"));
  const block = "```console\n" + printed + "\n```";
  return [wrap(step.say), block, ...(visits === undefined ? [] : [wrap(renderVisits(visits))])].join("\n\n");
}

function renderHead({ statusLine, fields }: ResponseHead, shown: readonly string[]): string {
  const lines = shown.flatMap((name) => {
    const values = fields.filter(([found]) => found.toLowerCase() === name.toLowerCase()).map(([, value]) => value);
    return values.length === 0 ? [] : [`${name}: ${values.join(", ")}`];
  });
  return [statusLine, ...lines].join("\n");
}

function bodyOf({ body }: CurlOutput): string[] {
  const text = body.replaceAll("\r\n", "\n").replace(/\n$/, "");
  return text === "" ? [] : ["", text];
}

/** The boundary is another one every time. */
function withoutBoundary(printed: string): string {
  const boundary = /boundary=(\S+)/.exec(printed)?.[1];
  return boundary === undefined ? printed : printed.replaceAll(boundary, "BOUNDARY");
}

function renderVisits(visits: readonly OriginVisit[]): string {
  if (visits.length === 0) return "The origin was not asked.";
  return visits.map(({ request, reply }) => `The origin got ${asked(request)} and ${answered(reply)}.`).join(" ");
}

function asked({ method, target, field }: OriginRequest): string {
  const conditions = ASKED.flatMap((name) => {
    const value = field(name.toLowerCase());
    return value === undefined ? [] : [`\`${name}: ${value}\``];
  });
  return listed(`\`${method} ${target}\``, conditions);
}

function answered(reply: OriginReply | "close"): string {
  if (reply === "close") return "closed the connection";
  const { status = 200, fields = {}, hints } = reply;
  const sent = Object.entries(fields).map(([name, value]) => `\`${name}: ${value}\``);
  const first = hints === undefined ? "" : `\`103\` with \`Link: ${hints}\`, then `;
  return `sent ${first}${listed(`\`${status}\``, sent)}`;
}

function listed(what: string, details: readonly string[]): string {
  return details.length === 0 ? what : `${what} with ${details.join(", ")}`;
}
