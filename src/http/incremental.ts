import { type FieldLines, fieldValue } from "./field-lines.ts";
import { trimWhitespace } from "./field-list.ts";
import { parseItem } from "./structured-fields.ts";

/**
 * Whether a message asks to be handed on piece by piece, as it arrives: by `Incremental: ?1` (RFC 10036 §3), or because
 * it is a stream of server-sent events, whose reader waits for each of them.
 */
export function isIncremental(fields: FieldLines): boolean {
  return asksForIncremental(fieldValue(fields, "incremental")) || isEventStream(fieldValue(fields, "content-type"));
}

function asksForIncremental(value: string | undefined): boolean {
  const item = parseItem(value);
  return item?.type === "boolean" && item.value;
}

function isEventStream(contentType: string | undefined): boolean {
  if (contentType === undefined) return false;
  const semicolon = contentType.indexOf(";");
  const mediaType = semicolon === -1 ? contentType : contentType.slice(0, semicolon);
  return trimWhitespace(mediaType).toLowerCase() === "text/event-stream";
}
