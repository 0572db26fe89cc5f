import { type FieldLines, fieldValue } from "./field-lines.ts";
export function isIncremental(fields: FieldLines): boolean {
  return fieldValue(fields, "incremental") === "?1" ||
    /^text\/event-stream/.test(fieldValue(fields, "content-type") ?? "");
}
