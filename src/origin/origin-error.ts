/** Why an origin gave no usable response, or stopped in the middle of one. */
export type OriginFailure =
  | "connect"
  | "connect-timeout"
  | "first-byte-timeout"
  | "between-bytes-timeout"
  | "total-timeout"
  | "reset"
  | "truncated"
  | "malformed-response"
  | "request-body"
  | "aborted"
  | "no-healthy-origin";

/** The origin gave no usable response; the engine may still answer from a stale one. */
export class OriginError extends Error {
  override readonly name = "OriginError";
  readonly origin: string;
  readonly failure: OriginFailure;

  constructor(origin: string, failure: OriginFailure, cause?: unknown) {
    super(`Cannot fetch from origin "${origin}": ${failure}`, { cause });
    this.origin = origin;
    this.failure = failure;
  }
}
