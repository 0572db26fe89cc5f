import { type FieldLines, fieldValue } from "./field-lines.ts";
import { trimWhitespace } from "./field-list.ts";
import { parseItem } from "./structured-fields.ts";

/**
 * Whether a message wants to be sent on as it arrives: it says so (RFC 10036), or is a stream of events, which are of
 * no use to anybody who gets them late.
 */
export function isIncremental(fields: FieldLines): boolean {
  const item = parseItem(fieldValue(fields, "incremental"))?.item;
  if (item?.type === "boolean" && item.value) return true;
  const [type = ""] = (fieldValue(fields, "content-type") ?? "").split(";", 1);
  return trimWhitespace(type).toLowerCase() === "text/event-stream";
}
