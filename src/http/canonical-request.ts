/**
 * Refuses what two parties could read differently. The bytes keyed must be the bytes forwarded, and three HTTP parsers
 * stand in front of us that rewrite, join and complete a request each in their own way before it is a `Request`. So
 * only a request that has one reading goes on; the others are refused, not guessed. Runs on every request, hits
 * included: no URL object, three fields read for a GET, a close look only where one scan found something.
 */

/** A request that is not let in, and why; `reason` is for logs and never sent. */
export interface Refusal {
  readonly ok: false;
  readonly status: 400 | 405 | 413 | 414 | 421 | 431 | 501;
  readonly reason: string;
}

export type CanonicalVerdict = { readonly ok: true } | Refusal;

/** What a listener knows of a request as it was received, where the runtime shows it. */
export interface ReceivedRequest {
  readonly rawTarget?: string | undefined;
  readonly hostLines?: number | undefined;
}

/** Methods that are let in: those of RFC 9110 that a proxy can forward, PATCH, QUERY and WebDAV's (RFC 4918, 3253 …). */
export const allowedMethods: readonly string[] = [
  ...["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY"],
  ...["ACL", "COPY", "LOCK", "MKCALENDAR", "MKCOL", "MOVE", "PROPFIND", "PROPPATCH", "REPORT", "SEARCH", "UNLOCK"],
];

const maxUrlLength = 8192;

/**
 * Whether a request has exactly one reading. Never throws, whatever `request.url` holds.
 * RFC 9112 §3.2 (Host), §3.2.2 (absolute-form), §6.3 (framing); RFC 9110 §7.6.1 (Connection).
 */
export function checkCanonical(request: Request, received: ReceivedRequest): CanonicalVerdict {
  const { method, headers } = request;
  if (!methods.has(method)) return methodNotAllowed;
  const host = headers.get("host");
  if (host === null) return missingHost;
  const prefix = urlPrefix(host);
  // Repeated lines reach us joined by a comma, which no Host may hold.
  if (prefix === undefined || (received.hostLines ?? 1) !== 1) return invalidHost;
  return checkTarget(request, prefix, received.rawTarget) ?? checkFraming(method, headers) ??
    checkConnection(headers.get("connection")) ?? accepted;
}

/** The answer to a refused request: fixed text, never stored, and the connection is not used again. */
export function rejection(refusal: Refusal): Response {
  const headers: Record<string, string> = {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    // RFC 9112 §9.6: what follows on this connection may belong to the body of what was refused.
    "connection": "close",
  };
  if (refusal.status === 405) headers["allow"] = allowedMethods.join(", ");
  const body = textEncoder.encode(`${statusTexts[refusal.status]}\n`);
  headers["content-length"] = String(body.length);
  return new Response(body, { status: refusal.status, headers });
}

const textEncoder = new TextEncoder();

const statusTexts: Record<Refusal["status"], string> = {
  400: "Bad Request",
  405: "Method Not Allowed",
  413: "Content Too Large",
  414: "URI Too Long",
  421: "Misdirected Request",
  431: "Request Header Fields Too Large",
  501: "Not Implemented",
};

const accepted: CanonicalVerdict = { ok: true };
const methodNotAllowed = refuse(405, "the method is not known");
const missingHost = refuse(400, "Host is missing");
const invalidHost = refuse(400, "Host is not one uri-host with an optional port");
const relativeUrl = refuse(400, "Host and target give no absolute URL");
const otherScheme = refuse(421, "the target names another scheme than the connection");
const otherAuthority = refuse(400, "the target names another authority than Host");
const tooLong = refuse(414, "the target is too long");
const rewritten = refuse(400, "the target is not in canonical form");
const fragment = refuse(400, "the target has a fragment");
const asterisk = refuse(400, "the target is an asterisk");
const bothFramings = refuse(400, "Transfer-Encoding and Content-Length are both given");
const unknownCoding = refuse(501, "Transfer-Encoding is not exactly chunked");
const invalidLength = refuse(400, "Content-Length is not one number");
const protectedOption = refuse(400, "Connection names a field that must reach the origin");

function refuse(status: Refusal["status"], reason: string): Refusal {
  return { ok: false, status, reason };
}

const methods: ReadonlySet<string> = new Set(allowedMethods);

const hostPattern = /^((?:[a-z0-9_][a-z0-9_.~-]{0,254})|\[[0-9a-f:.]{2,45}\])(?::(\d{1,5}))?$/i;
const maxKnownHosts = 512;
const knownHosts = new Map<string, string>();

/** Start of every URL that belongs to `authority`, in lower case, without the default port; `undefined` if invalid. */
function urlPrefix(authority: string): string | undefined {
  const known = knownHosts.get(authority);
  if (known !== undefined) return known;
  const match = hostPattern.exec(authority);
  const port = Number(match?.[2] ?? 80);
  if (match === null || port > 65535) return undefined;
  const prefix = `http://${match[1]!.toLowerCase()}${port === 80 ? "" : `:${port}`}/`;
  // A flood of made-up hosts only empties the memo; nothing grows.
  if (knownHosts.size >= maxKnownHosts) knownHosts.clear();
  knownHosts.set(authority, prefix);
  return prefix;
}

// Everything a closer look is needed for; a dot at the start of a segment is seldom, but may be a dot segment.
// deno-lint-ignore no-control-regex -- no parser should let one through, and a raw target goes to the origin as it is
const suspicious = /[#\\\x00-\x20\x7f]|\/(?:\.|%2e)|%ef%bf%bd/i;
// deno-lint-ignore no-control-regex
const controlCharacter = /[\x00-\x20\x7f]/;
const dotSegment = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

function checkTarget(request: Request, prefix: string, rawTarget: string | undefined): Refusal | undefined {
  const url = request.url;
  const pathStart = url.startsWith(prefix) ? prefix.length - 1 : findPath(url, prefix);
  if (typeof pathStart !== "number") return pathStart;
  if (url.length > maxUrlLength) return tooLong;
  const shown = rawTarget !== undefined;
  const target = shown ? rawPath(rawTarget) : url;
  if (target === undefined) return rewritten;
  if (suspicious.test(target)) return checkSuspicious(shown ? target : url.slice(pathStart), shown);
  // Deno gives "*" as the path "/*".
  if (request.method === "OPTIONS" && url.endsWith("/*") && pathStart === url.length - 2) return asterisk;
  return undefined;
}

/** Where the path begins, for a URL whose authority is written otherwise than `prefix` has it. */
function findPath(url: string, prefix: string): number | Refusal {
  if (url.startsWith("https://")) return otherScheme;
  if (!url.startsWith("http://")) return relativeUrl;
  const pathStart = url.indexOf("/", 7);
  if (pathStart < 0) return relativeUrl;
  return urlPrefix(url.slice(7, pathStart)) === prefix ? pathStart : otherAuthority;
}

/** Path and query of a target as received, which is what is keyed and forwarded; `undefined` when it has none. */
function rawPath(rawTarget: string): string | undefined {
  if (rawTarget.startsWith("/")) return rawTarget;
  // Absolute-form (RFC 9112 §3.2.2). Its authority became that of the URL, which was compared with Host already.
  const authority = /^http:\/\/[^/?#\\]*(?=\/)/i.exec(rawTarget)?.[0];
  return authority === undefined ? undefined : rawTarget.slice(authority.length);
}

/** A backslash or dots in the query are left alone by every URL parser, so the bytes keyed stay those forwarded. */
function checkSuspicious(target: string, rawTargetShown: boolean): Refusal | undefined {
  if (target.includes("#")) return fragment;
  if (controlCharacter.test(target)) return rewritten;
  const queryStart = target.indexOf("?");
  const path = queryStart < 0 ? target : target.slice(0, queryStart);
  if (path.includes("\\") || dotSegment.test(path)) return rewritten;
  // The replacement character stands for bytes that are lost (Bun); a raw target has lost none.
  return !rawTargetShown && /%ef%bf%bd/i.test(target) ? rewritten : undefined;
}

function checkFraming(method: string, headers: Headers): Refusal | undefined {
  const coding = headers.get("transfer-encoding");
  // The body of these two is dropped by every runtime, and so is its length.
  if (coding === null && (method === "GET" || method === "HEAD")) return undefined;
  const length = headers.get("content-length");
  if (coding === null) return length === null || /^\d{1,15}$/.test(length) ? undefined : invalidLength;
  if (length !== null) return bothFramings;
  return coding.toLowerCase() === "chunked" ? undefined : unknownCoding;
}

const protectedFields: ReadonlySet<string> = new Set([
  ...["host", "content-length", "transfer-encoding", "cache-control"],
  ...["authorization", "cookie", "forwarded"],
]);

function checkConnection(connection: string | null): Refusal | undefined {
  if (connection === null || connection === "keep-alive" || connection === "close") return undefined;
  for (const option of connection.toLowerCase().split(",")) {
    const name = option.trim();
    if (protectedFields.has(name) || name.startsWith("x-forwarded-")) return protectedOption;
  }
  return undefined;
}
