import type { z } from "zod";
import { problem, type ProblemItem } from "./problem.ts";

/** More invalid items than this are not told: who sends so many has one mistake, not many. */
const MAX_TOLD = 20;

/** The answer to content that a schema refused: every invalid item, with what was given and what is accepted. */
export function invalidContent(issues: readonly z.core.$ZodIssue[]): Response {
  const [first] = issues;
  if (issues.length === 1 && first?.code === "custom" && first.params?.isWhole === true) {
    return problem(422, first.message);
  }
  const errors = issues.flatMap(itemsOf);
  const more = errors.length > MAX_TOLD ? `, of which ${MAX_TOLD} are listed` : "";
  const detail = errors.length === 1 ? "1 item is not accepted" : `${errors.length} items are not accepted${more}`;
  return problem(422, detail, { errors: errors.slice(0, MAX_TOLD) });
}

function itemsOf(issue: z.core.$ZodIssue): ProblemItem[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      pointer: pointerTo([...issue.path, key]),
      detail: `unknown key, accepted: ${issue.message}`,
    }));
  }
  return [{
    pointer: pointerTo(issue.path),
    detail: `given ${inWords(givenIn(issue))}, accepted: ${issue.message}`,
  }];
}

/** Where no member of a union is meant, the issue is with the key that tells them apart, and brings the whole object. */
function givenIn(issue: z.core.$ZodIssue): unknown {
  if (issue.code !== "invalid_union" || issue.discriminator === undefined) return issue.input;
  return (issue.input as Readonly<Record<string, unknown>>)[issue.discriminator];
}

/** RFC 6901 §6. */
function pointerTo(path: readonly PropertyKey[]): string {
  const steps = path.map((step) => encodeURIComponent(String(step).replaceAll("~", "~0").replaceAll("/", "~1")));
  return ["#", ...steps].join("/");
}

function inWords(given: unknown): string {
  if (given === undefined) return "nothing";
  if (Array.isArray(given)) return "a list";
  if (typeof given === "object" && given !== null) return "an object";
  const text = JSON.stringify(given);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
