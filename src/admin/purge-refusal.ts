import { PurgeError, type PurgeRefusal } from "../invalidation/purge-request.ts";
import { problem, type ProblemOptions, type ProblemStatus } from "./problem.ts";

const ANSWERS: Readonly<Record<PurgeRefusal, readonly [status: ProblemStatus, options: ProblemOptions]>> = {
  "invalid": [422, {}],
  "too-many-bans": [429, { fields: { "retry-after": "1" } }],
  "not-durable": [503, {}],
};

/** The answer to a purge that the engine refused. @throws what is no refusal. */
export function purgeRefusal(error: unknown): Response {
  if (!(error instanceof PurgeError)) throw error;
  const [status, options] = ANSWERS[error.refusal];
  return problem(status, error.message, options);
}
