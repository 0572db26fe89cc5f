import type { FieldLine, FieldLines } from "./field-lines.ts";
import { fieldValue } from "./field-lines.ts";
import { listMembers } from "./field-list.ts";

/** Fields that concern one connection only and are never forwarded or stored (RFC 9110 §7.6.1). */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The fields that travel end to end: without hop-by-hop ones and those that `Connection` nominates. */
export function endToEndFields(fields: FieldLines): FieldLine[] {
  const nominated = nominatedFields(fieldValue(fields, "connection"));
  return fields.filter(([name]) => !HOP_BY_HOP.has(name) && !nominated.has(name));
}

/** Whether a field called `name` travels end to end in a message with this `Connection` value. */
export function isEndToEnd(name: string, connection: string | null): boolean {
  if (HOP_BY_HOP.has(name)) return false;
  return connection === null || connection === "keep-alive" || !nominatedFields(connection).has(name);
}

const NONE: ReadonlySet<string> = new Set();

function nominatedFields(connection: string | undefined): ReadonlySet<string> {
  if (connection === undefined) return NONE;
  return new Set(listMembers(connection).map((name) => name.toLowerCase()));
}
