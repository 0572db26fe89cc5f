import type { Answer } from "./crowd.ts";
import type { NamedBody } from "./plan.ts";

export interface Judgement {
  readonly right: number;
  /** Complete by its framing, but of another path, variant or cookie, or not all of it. Must never be. */
  readonly wrong: number;
  /** Seen to be an error by the client: a gateway status, or cut off. Clients that left are not counted. */
  readonly failed: number;
}

/** Checks every answer of a crowd that should have got a 200. */
export function judge(answers: readonly Answer[], isRight: (answer: Answer) => boolean): Judgement {
  const stayed = answers.filter(({ ended }) => ended !== "left");
  const whole = stayed.filter(({ ended, status }) => ended === "complete" && status < 500);
  const right = whole.filter((answer) => answer.status === 200 && isRight(answer)).length;
  return { right, wrong: whole.length - right, failed: stayed.length - whole.length };
}

/** Whether a body that names its request was made for the request it answers, as far as it varies by `by`. */
export function madeFor(by: "path" | "accept" | "cookie"): (answer: Answer) => boolean {
  return ({ asked, body }) => {
    const named = readNamed(body);
    return named?.path === asked.path && (by === "path" || named[by] === (asked[by] ?? ""));
  };
}

function readNamed(body: Buffer): NamedBody | undefined {
  try {
    return JSON.parse(body.toString("latin1")) as NamedBody;
  } catch {
    return undefined; // the page of an error, or a cut one, which is no right answer either
  }
}
