import type { FieldLine } from "../http/field-lines.ts";
import { listMembers } from "../http/field-list.ts";
import { discard } from "./discard.ts";
import type { BodyFraming, OriginClient, OriginRequest, OriginResponse } from "./origin-client.ts";
import { OriginError } from "./origin-error.ts";

/** Anything that answers a request: a web framework's `fetch`, a handler, or the global `fetch`. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;

const NAME = "fetch";

/** Content codings that every runtime's `fetch` undoes when it hands over a body, without saying so in the fields. */
const DECODED_BY_FETCH = new Set(["gzip", "br"]);

/** Those that some undo and others pass on, and nobody can tell which afterwards; the same goes for several at once. */
const PERHAPS_DECODED = new Set([...DECODED_BY_FETCH, "x-gzip", "deflate", "zstd"]);

/** An origin that is a function in this process. */
export function originFromFetch(handler: FetchHandler): OriginClient {
  return {
    fetch: (request) => fetchFrom(handler, request),
    close: () => Promise.resolve(),
  };
}

async function fetchFrom(handler: FetchHandler, request: OriginRequest): Promise<OriginResponse> {
  let response: Response;
  try {
    response = await handler(toRequest(request));
  } catch (cause) {
    throw new OriginError(NAME, request.signal?.aborted ? "aborted" : "reset", cause);
  }
  if (!isUsable(response)) {
    discard(response);
    throw new OriginError(NAME, "malformed-response");
  }
  const framing: BodyFraming = response.body === null ? "none" : "chunked";
  return { status: response.status, fields: fieldsOf(response), body: response.body, framing, origin: NAME };
}

/** `Response.error()` has a status that none can be sent with, and a response handed over twice is read already. */
function isUsable(response: Response): boolean {
  return response.status >= 200 && response.status <= 599 && !response.bodyUsed && response.body?.locked !== true &&
    !isAmbiguous(response);
}

function toRequest(request: OriginRequest): Request {
  const headers = new Headers();
  for (const [name, value] of request.fields) headers.append(name, value);
  headers.set("accept-encoding", negotiable(headers));
  const { method, body, signal = null } = request;
  // A redirect is an answer like any other: it belongs to the client, not to the cache.
  const init = { method, headers, body, signal, redirect: "manual" as const, ...(body && { duplex: "half" as const }) };
  return new Request(request.url, init);
}

/** What may be asked for: codings that are surely undone, and none for a range, since a part cannot be decoded. */
function negotiable(headers: Headers): string {
  if (headers.has("range")) return "identity";
  const codings = listMembers(headers.get("accept-encoding") ?? "");
  return codings.filter((coding) => /^(?:gzip|br|identity)(?:;|$)/.test(coding)).join(", ") || "identity";
}

function fieldsOf(response: Response): FieldLine[] {
  const fields: FieldLine[] = [...response.headers];
  if (!isFromNetwork(response) || !codingsOf(response).some((coding) => PERHAPS_DECODED.has(coding))) return fields;
  return fields.filter(([name]) => name !== "content-encoding" && name !== "content-length");
}

/** Whether a body may or may not have been decoded: sent on, it could be read for something that it is not. */
function isAmbiguous(response: Response): boolean {
  if (!isFromNetwork(response) || response.body === null) return false;
  const codings = codingsOf(response);
  if (codings.length === 1 && DECODED_BY_FETCH.has(codings[0]!)) return false;
  return codings.some((coding) => PERHAPS_DECODED.has(coding));
}

function isFromNetwork(response: Response): boolean {
  return response.url !== "";
}

function codingsOf(response: Response): string[] {
  return listMembers(response.headers.get("content-encoding") ?? "").map((coding) => coding.toLowerCase());
}
