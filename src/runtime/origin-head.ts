import type { Buffer } from "node:buffer";
import type { Dispatcher } from "undici/index.js";
import { type FieldLines, fieldValue } from "../http/field-lines.ts";
import type { BodyFraming, OriginRequest } from "../origin/origin-client.ts";

/** Written by the transport itself, or meaningless to it: undici refuses a request that carries one of these. */
const TRANSPORT_FIELDS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "transfer-encoding",
  "upgrade",
]);

/**
 * Flat list of the fields sent: `Host` first (RFC 9110 §7.2), then those of the request, then its length.
 * `Expect` is dropped: our listeners have answered it (RFC 9110 §10.1.1).
 */
export function requestHeaders(request: OriginRequest, host: string): string[] {
  const headers = ["host", host];
  for (const [name, value] of request.fields) {
    if (!TRANSPORT_FIELDS.has(name)) headers.push(name, value);
  }
  if (request.body !== null && request.bodyLength !== undefined) {
    headers.push("content-length", String(request.bodyLength));
  }
  return headers;
}

/** Raw header fields of a response as field lines: names in lower case, values one character per byte. */
export function fieldLinesOf(rawHeaders: Dispatcher.DispatchController["rawHeaders"]): FieldLines {
  const raw = rawHeaders as readonly Buffer[];
  const fields: [string, string][] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    fields.push([raw[i]!.toString("latin1").toLowerCase(), raw[i + 1]!.toString("latin1")]);
  }
  return fields;
}

/**
 * How the end of the body is known (RFC 9112 §6.3), or `undefined` when it cannot be.
 * The only transfer coding taken is one `chunked`: the parser below reads `gzip` as a body without end, and
 * `chunked, chunked` as one layer of chunks.
 */
export function responseFraming(method: string, status: number, fields: FieldLines): BodyFraming | undefined {
  const transferEncoding = fieldValue(fields, "transfer-encoding");
  if (transferEncoding !== undefined && transferEncoding.trim().toLowerCase() !== "chunked") return undefined;
  if (method === "HEAD" || status === 204 || status === 304) return "none";
  if (transferEncoding !== undefined) return "chunked";
  return fieldValue(fields, "content-length") === undefined ? "close" : "length";
}
