import { ask, type Asked } from "../crowd.ts";
import { judge, madeFor } from "../judge.ts";
import { type Measured, type Stage, times } from "../scenario.ts";

const MEDIA_TYPES = [
  "application/json",
  "text/html",
  "text/plain",
  "application/xml",
  "text/css",
  "text/csv",
  "image/png",
  "image/webp",
  "image/avif",
  "image/svg+xml",
  "application/pdf",
  "application/javascript",
];

/** Requests of one crowd on one key whose bodies name their request. */
export interface KeyedCrowd {
  readonly path: string;
  readonly clients: number;
  /** What the answer must fit. */
  readonly by: "path" | "accept" | "cookie";
  /** Different `Accept` values, beginning with which of the known ones. */
  readonly accepts?: { readonly count: number; readonly from?: number };
}

/** Asks and counts what it cost the origin. */
export async function crowdOnKey(stage: Stage, crowd: KeyedCrowd): Promise<Measured> {
  const before = await stage.origin.seen(crowd.path);
  const { answers, wallMs } = await ask(times(crowd.clients, (index) => askedBy(index, crowd)), { port: stage.port });
  const after = await stage.origin.seen(crowd.path);
  const judgement = judge(answers, madeFor(crowd.by));
  return { requests: after.requests - before.requests, wallMs, judgement };
}

function askedBy(index: number, { path, by, accepts }: KeyedCrowd): Asked {
  const accept = accepts === undefined ? undefined : MEDIA_TYPES[(accepts.from ?? 0) + index % accepts.count];
  return {
    path,
    ...(accept === undefined ? {} : { accept }),
    ...(by === "cookie" ? { cookie: `session=${index}` } : {}),
  };
}
