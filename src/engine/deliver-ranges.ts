/**
 * Ranges of a stored response, or of one still arriving (RFC 9110 §14): one as it is, several as multipart/byteranges.
 * Of a stored part only the range is answered that lies in it.
 */
import { type ByteRange, rangeLength, selectByteRanges } from "../http/byte-range.ts";
import { formatContentRange } from "../http/content-range.ts";
import { type MultipartLayout, multipartLayout, type MultipartPiece } from "../http/multipart-byteranges.ts";
import type { Part } from "../policy/stored-metadata.ts";
import { ifRangeHolds, isOfContent } from "../policy/validation.ts";
import { joinSealed, joinStreams, sliceSealed, streamOf } from "../storage/complete-body.ts";
import type { SealedBody } from "../storage/growing-body.ts";
import type { StoredResponse } from "../storage/response-store.ts";
import { answerEmpty, currentFields, type Delivery, headersOf } from "./delivery.ts";
import { type FieldRecord, refusalFields } from "./delivery-fields.ts";

/** Whether a range of this response can be answered now: all its bytes are or will be held, and their number is known. */
export function canServeRange(stored: StoredResponse): boolean {
  return stored.body.retained && stored.body.length !== undefined;
}

/** The answer to a `Range` value; `undefined` when the whole response is the answer (RFC 9110 §14.2). */
export function deliverRanges(value: string, delivery: Delivery): Response | undefined {
  const { stored, request } = delivery;
  if (stored.part !== undefined) return deliverFromPart(value, stored.part, delivery);
  const { length } = stored.body;
  if (length === undefined || !canServeRange(stored)) return undefined;
  if (!ifRangeHolds(request.header("if-range"), stored)) return undefined;
  const wanted = selectByteRanges(value, length);
  switch (wanted.kind) {
    case "whole":
      return undefined;
    case "unsatisfiable":
      return refuse(length, delivery);
    case "ranges": {
      const { ranges } = wanted;
      return ranges.length === 1 ? sendOne(ranges[0]!, length, delivery) : sendSeveral(ranges, length, delivery);
    }
  }
}

/** Whoever gets a part has asked for this very one, or for something inside it. */
function deliverFromPart(value: string, part: Part, delivery: Delivery): Response {
  const wanted = selectByteRanges(value, part.completeLength);
  if (wanted.kind === "unsatisfiable") return refuse(part.completeLength, delivery);
  const range = wanted.kind === "ranges" ? wanted.ranges[0] : undefined;
  const isInside = range !== undefined && part.first <= range.first && range.last <= part.last;
  return sendOne(isInside ? range : part, part.completeLength, delivery);
}

function refuse(length: number, delivery: Delivery): Response {
  const fields = refusalFields(currentFields(delivery));
  return answerEmpty(416, { ...fields, "content-range": `bytes */${length}` }, delivery);
}

function sendOne(range: ByteRange, completeLength: number, delivery: Delivery): Response {
  const { stored } = delivery;
  const fields = fieldsOfPart(delivery);
  fields["content-range"] = formatContentRange(range, completeLength);
  fields["content-length"] = String(rangeLength(range));
  const first = range.first - (stored.part?.first ?? 0);
  const held = { first, last: first + rangeLength(range) - 1 };
  return send(fields, stored.typed, held, delivery);
}

/** The fields of the whole without those that are checksums of its bytes. */
function fieldsOfPart(delivery: Delivery): FieldRecord {
  const fields = currentFields(delivery);
  for (const name of Object.keys(fields)) if (isOfContent(name)) delete fields[name];
  return fields;
}

function send(fields: FieldRecord, typed: boolean, { first, last }: ByteRange, delivery: Delivery): Response {
  const { stored: { body }, exchange } = delivery;
  const init = { status: 206, headers: headersOf(fields, delivery) };
  exchange.status = 206;
  if (body.sealed === undefined) {
    return new Response(body.read((sent, complete) => exchange.finish(sent, complete), first, last), init);
  }
  exchange.finish(last - first + 1, true);
  const bytes = sliceSealed(body.sealed, first, last + 1);
  return new Response(typed ? bytes : streamOf(bytes), init);
}

function sendSeveral(ranges: readonly ByteRange[], completeLength: number, delivery: Delivery): Response {
  const { stored: { body }, exchange, style } = delivery;
  const fields = fieldsOfPart(delivery);
  delete fields["content-range"]; // each part has its own (RFC 9110 §15.3.7.2)
  const layout = multipartLayout(ranges, { completeLength, contentType: fields["content-type"] }, style.boundary());
  fields["content-type"] = layout.contentType;
  fields["content-length"] = String(layout.contentLength);
  const init = { status: 206, headers: headersOf(fields, delivery) };
  exchange.status = 206;
  if (body.sealed === undefined) return new Response(streamPieces(layout, delivery), init);
  exchange.finish(layout.contentLength, true);
  return new Response(joinSealed(layout.pieces.map((piece) => bytesOf(piece, body.sealed!))), init);
}

function bytesOf(piece: MultipartPiece, body: SealedBody): SealedBody {
  return piece.kind === "text" ? piece.bytes : sliceSealed(body, piece.range.first, piece.range.last + 1);
}

/** The pieces as they arrive. All readers stand in line from the start, so the body stays for the last of them. */
function streamPieces(
  { pieces, contentLength }: MultipartLayout,
  { stored, exchange }: Delivery,
): ReadableStream<Uint8Array> {
  let reading = pieces.filter((piece) => piece.kind === "range").length;
  let isWhole = true;
  const onEnd = (_sent: number, complete: boolean) => {
    isWhole &&= complete;
    if (--reading === 0) exchange.finish(isWhole ? contentLength : 0, isWhole);
  };
  return joinStreams(
    pieces.map((piece) =>
      piece.kind === "text" ? streamOf(piece.bytes) : stored.body.readPiece(onEnd, piece.range.first, piece.range.last)
    ),
  );
}
