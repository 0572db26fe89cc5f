import type { FieldLine } from "../http/field-lines.ts";
import type { BodyFraming, OriginClient, OriginRequest, OriginResponse } from "./origin-client.ts";
import { OriginError } from "./origin-error.ts";

/** Anything that answers a request: a web framework's `fetch`, a handler, or the global `fetch`. */
export type FetchHandler = (request: Request) => Response | Promise<Response>;

const NAME = "fetch";

/** Content codings that `fetch` has already undone when it hands over a body, without saying so in the fields. */
const DECODED_BY_FETCH = new Set(["gzip", "x-gzip", "deflate", "br"]);

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
    throw new OriginError(NAME, request.signal.aborted ? "aborted" : "connect", cause);
  }
  const framing: BodyFraming = response.body === null ? "none" : "chunked";
  return { status: response.status, fields: fieldsOf(response), body: response.body, framing, origin: NAME };
}

function toRequest(request: OriginRequest): Request {
  const headers = new Headers();
  for (const [name, value] of request.fields) headers.append(name, negotiable(name, value));
  const { method, body, signal } = request;
  // A redirect is an answer like any other: it belongs to the client, not to the cache.
  const init = { method, headers, body, signal, redirect: "manual" as const, ...(body && { duplex: "half" as const }) };
  return new Request(request.url, init);
}

/** Leaves out codings that some runtimes' `fetch` undoes and others pass on, since the two cannot be told apart after. */
function negotiable(name: string, value: string): string {
  if (name !== "accept-encoding" || !value.includes("z")) return value;
  return value.split(", ").filter((coding) => !/^(?:zstd|dcz|dcb)\b/.test(coding)).join(", ") || "identity";
}

function fieldsOf(response: Response): FieldLine[] {
  const fields: FieldLine[] = [...response.headers];
  const coding = response.headers.get("content-encoding")?.toLowerCase();
  const fromNetwork = response.url !== "";
  if (!fromNetwork || coding === undefined || !DECODED_BY_FETCH.has(coding)) return fields;
  return fields.filter(([name]) => name !== "content-encoding" && name !== "content-length");
}
