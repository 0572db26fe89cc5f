/**
 * Completing a stored part by asking for the rest of it (RFC 9111 §3.3, §3.4): the origin is asked for the missing
 * range on condition that the representation is still the same, and what it sends is put before or behind the part.
 */
import { type ByteRange, formatRangeSpec, rangeLength, type RangeSpec, resolveRangeSpec } from "../http/byte-range.ts";
import { type FieldLine, fieldValue } from "../http/field-lines.ts";
import { partOf } from "../policy/partial.ts";
import { areSameBytes, combinedFields } from "../policy/validation.ts";
import { joinStreams, streamOf } from "../storage/complete-body.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import type { OriginAnswer } from "./forward.ts";
import { headOf, headOfPart, type ResponseHead, validatorsOf, withDate } from "./response-head.ts";

/** A whole body, put together from a stored part and what the origin adds to it. */
export interface CompletedBody {
  readonly source: ReadableStream<Uint8Array>;
  readonly length: number;
}

/**
 * Fields that ask for the rest of a part, or for everything if the representation has changed (RFC 9110 §13.1.5);
 * `undefined` where no validator may be asked by: a weak tag says too little, and beside it a date is not allowed.
 */
export function completionFields(
  { fields, entityTag }: Pick<StoredResponse, "fields" | "entityTag">,
  missing: RangeSpec,
): FieldLine[] | undefined {
  // Codings of one page share its date.
  if (entityTag === undefined && fieldValue(fields, "content-encoding") !== undefined) return undefined;
  const condition = entityTag === undefined ? fieldValue(fields, "last-modified") : fieldValue(fields, "etag");
  if (condition === undefined || entityTag?.weak) return undefined;
  return [["range", formatRangeSpec(missing)], ["if-range", condition]];
}

/**
 * The head of the whole that a 206 makes of a stored part; `undefined` unless it is exactly the rest of the same
 * representation. Fields that the 206 leaves out are those of the part: an origin need not repeat them (RFC 9110
 * §15.3.7).
 */
export function completedHead(
  stored: StoredResponse,
  missing: RangeSpec,
  answer: OriginAnswer,
): ResponseHead | undefined {
  const head = headOf(answer);
  const rest = partOf(head.fields, missing);
  const { part, body: { sealed } } = stored;
  if (rest === undefined || part === undefined || sealed === undefined) return undefined;
  if (rest.completeLength !== part.completeLength || !areSameBytes(stored, validatorsOf(head))) return undefined;
  const whole = headOfPart(head, { ...part, first: 0, last: part.completeLength - 1 });
  return { ...whole, fields: combinedFields(stored.fields, withDate(whole.fields, answer.responseTime)) };
}

/** The bytes that go with `completedHead()`. */
export function completedBody(
  { part, body: { sealed } }: StoredResponse,
  missing: RangeSpec,
  received: ReadableStream<Uint8Array> | null,
): CompletedBody {
  const rest = part && resolveRangeSpec(missing, part.completeLength);
  if (part === undefined || rest === undefined || sealed === undefined || received === null) {
    throw new TypeError("Cannot complete response body: there is nothing to complete, or nothing to complete it with");
  }
  const streams = { part: streamOf(sealed), rest: exactly(received, rest) };
  return { source: inOrder(part, rest, streams), length: part.completeLength };
}

interface Streams {
  readonly part: ReadableStream<Uint8Array>;
  readonly rest: ReadableStream<Uint8Array>;
}

function inOrder(part: ByteRange, rest: ByteRange, streams: Streams): ReadableStream<Uint8Array> {
  return joinStreams(part.first < rest.first ? [streams.part, streams.rest] : [streams.rest, streams.part]);
}

/** The same bytes, and an error unless they are as many as the part has: more or fewer would shift all that follow. */
export function exactly(source: ReadableStream<Uint8Array>, range: ByteRange): ReadableStream<Uint8Array> {
  let missing = rangeLength(range);
  return source.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        missing -= chunk.byteLength;
        if (missing < 0) throw new RangeError("Cannot complete response body: more than the rest arrived");
        controller.enqueue(chunk);
      },
      flush() {
        if (missing > 0) {
          throw new RangeError(`Cannot complete response body: ${missing} bytes of the rest are missing`);
        }
      },
    }),
  );
}
