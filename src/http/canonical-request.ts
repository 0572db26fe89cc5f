/**
 * Refuses what two parties could read differently. The bytes keyed must be the bytes forwarded, and three HTTP parsers
 * stand in front of us that rewrite, join and complete a request each in their own way before it is a `Request`. So
 * only a request that has one reading goes on; the others are refused, not guessed. Runs on every request, hits
 * included: no URL object, four fields read for a GET, a close look only where one scan found something.
 */
import { listMembers } from "./field-list.ts";
import { ALLOWED_METHODS, type Refusal } from "./rejection.ts";
import { receivedField, type ReceivedFields } from "./received-field.ts";
import { remembered } from "./remembered.ts";

/** Whether a request has one reading, and whether that is of the server as a whole (`OPTIONS *`). */
export type CanonicalVerdict = { readonly ok: true; readonly serverWide: boolean } | Refusal;

/** What a listener knows of a request as it was received, where the runtime shows it. */
export interface ReceivedRequest extends ReceivedFields {
  readonly rawTarget?: string | undefined;
  readonly hostLines?: number | undefined;
}

const MAX_URL_LENGTH = 8192;

/**
 * Whether a request has exactly one reading. Never throws, whatever `request.url` holds.
 * RFC 9112 §3.2 (Host), §3.2.2 (absolute-form), §6.3 (framing); RFC 9110 §7.6.1 (Connection), §10.1.1 (Expect).
 *
 * @param furtherMethod A method to let in besides those of a proxy.
 */
export function checkCanonical(request: Request, received: ReceivedRequest, furtherMethod?: string): CanonicalVerdict {
  const { method } = request;
  if (!METHODS.has(method) && method !== furtherMethod) return METHOD_NOT_ALLOWED;
  const host = receivedField(request, received, "host");
  if (host === null) return MISSING_HOST;
  const prefix = urlPrefix(host);
  // Repeated lines reach us joined by a comma, which no Host may hold.
  if (prefix === undefined || (received.hostLines ?? 1) !== 1) return INVALID_HOST;
  return checkTarget(request, prefix, received.rawTarget) ?? checkFraming(request, received) ??
    checkConnection(receivedField(request, received, "connection")) ??
    checkExpectation(receivedField(request, received, "expect")) ??
    (isServerWide(request, received.rawTarget) ? SERVER_WIDE : ACCEPTED);
}

const ACCEPTED: CanonicalVerdict = { ok: true, serverWide: false };
const SERVER_WIDE: CanonicalVerdict = { ok: true, serverWide: true };
const METHOD_NOT_ALLOWED = refuse(405, "the method is not known");
const MISSING_HOST = refuse(400, "Host is missing");
const INVALID_HOST = refuse(400, "Host is not one uri-host with an optional port");
const RELATIVE_URL = refuse(400, "Host and target give no absolute URL");
const OTHER_SCHEME = refuse(421, "the target names another scheme than the connection");
const OTHER_AUTHORITY = refuse(400, "the target names another authority than Host");
const TOO_LONG = refuse(414, "the target is too long");
const REWRITTEN = refuse(400, "the target is not in canonical form");
const FRAGMENT = refuse(400, "the target has a fragment");
const BOTH_FRAMINGS = refuse(400, "Transfer-Encoding and Content-Length are both given");
const UNKNOWN_CODING = refuse(501, "Transfer-Encoding is not exactly chunked");
const INVALID_LENGTH = refuse(400, "Content-Length is not one number");
const UNKNOWN_EXPECTATION = refuse(417, "Expect holds more than 100-continue");
const PROTECTED_OPTION = refuse(400, "Connection names a field that must reach the origin");

function refuse(status: Refusal["status"], reason: string): Refusal {
  return { ok: false, status, reason };
}

const METHODS: ReadonlySet<string> = new Set(ALLOWED_METHODS);

const HOST_PATTERN = /^((?:[a-z0-9_][a-z0-9_.~-]{0,254})|\[[0-9a-f:.]{2,45}\])(?::(\d{1,5}))?$/i;
const MAX_KNOWN_HOSTS = 512;

/** Start of every URL that belongs to an authority, in lower case, without the default port; `undefined` if invalid. */
const urlPrefix = remembered(MAX_KNOWN_HOSTS, (authority) => {
  const match = HOST_PATTERN.exec(authority);
  const port = Number(match?.[2] ?? 80);
  if (match === null || port > 65535) return undefined;
  return `http://${match[1]!.toLowerCase()}${port === 80 ? "" : `:${port}`}/`;
});

// Everything a closer look is needed for; a dot at the start of a segment is seldom, but may be a dot segment.
// deno-lint-ignore no-control-regex -- no parser should let one through, and a raw target goes to the origin as it is
const SUSPICIOUS = /[#\\\x00-\x20\x7f]|\/(?:\.|%2e)|%ef%bf%bd/i;
// deno-lint-ignore no-control-regex
const CONTROL_CHARACTER = /[\x00-\x20\x7f]/;
const DOT_SEGMENT = /\/(?:\.|%2e){1,2}(?:\/|$)/i;

function checkTarget(request: Request, prefix: string, rawTarget: string | undefined): Refusal | undefined {
  const url = request.url;
  const pathStart = url.startsWith(prefix) ? prefix.length - 1 : findPath(url, prefix);
  if (typeof pathStart !== "number") return pathStart;
  if (url.length > MAX_URL_LENGTH) return TOO_LONG;
  if (isServerWide(request, rawTarget)) return undefined;
  const shown = rawTarget !== undefined;
  const target = shown ? rawPath(rawTarget) : url;
  if (target === undefined) return REWRITTEN;
  return SUSPICIOUS.test(target) ? checkSuspicious(shown ? target : url.slice(pathStart), shown) : undefined;
}

/** Whether OPTIONS asks about the server: absolute-form without a path says so as well (RFC 9112 §3.2.4). */
function isServerWide({ method, url }: Request, rawTarget: string | undefined): boolean {
  if (method !== "OPTIONS") return false;
  // Where no raw target is shown, the asterisk comes as the path "/*" (Deno).
  return rawTarget === undefined ? /^http:\/\/[^/]*\/\*$/.test(url) : /^http:\/\/[^/?#\\]*$/i.test(rawTarget);
}

/** Where the path begins, for a URL whose authority is written otherwise than `prefix` has it. */
function findPath(url: string, prefix: string): number | Refusal {
  if (url.startsWith("https://")) return OTHER_SCHEME;
  if (!url.startsWith("http://")) return RELATIVE_URL;
  const pathStart = url.indexOf("/", 7);
  if (pathStart < 0) return RELATIVE_URL;
  return urlPrefix(url.slice(7, pathStart)) === prefix ? pathStart : OTHER_AUTHORITY;
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
  if (target.includes("#")) return FRAGMENT;
  if (CONTROL_CHARACTER.test(target)) return REWRITTEN;
  const queryStart = target.indexOf("?");
  const path = queryStart < 0 ? target : target.slice(0, queryStart);
  if (path.includes("\\") || DOT_SEGMENT.test(path)) return REWRITTEN;
  // The replacement character stands for bytes that are lost (Bun); a raw target has lost none.
  return !rawTargetShown && /%ef%bf%bd/i.test(target) ? REWRITTEN : undefined;
}

function checkFraming(request: Request, received: ReceivedFields): Refusal | undefined {
  const coding = receivedField(request, received, "transfer-encoding");
  // The body of these two is dropped by every runtime, and so is its length.
  if (coding === null && (request.method === "GET" || request.method === "HEAD")) return undefined;
  const length = receivedField(request, received, "content-length");
  if (coding === null) return length === null || /^\d{1,15}$/.test(length) ? undefined : INVALID_LENGTH;
  if (length !== null) return BOTH_FRAMINGS;
  return coding.toLowerCase() === "chunked" ? undefined : UNKNOWN_CODING;
}

const PROTECTED_FIELDS: ReadonlySet<string> = new Set([
  ...["host", "content-length", "transfer-encoding", "cache-control"],
  ...["authorization", "cookie", "forwarded"],
  // They give the content of a QUERY its meaning, and are part of its key.
  ...["content-type", "content-encoding", "content-language"],
]);

function checkConnection(connection: string | null): Refusal | undefined {
  if (connection === null || connection === "keep-alive" || connection === "close") return undefined;
  for (const option of connection.toLowerCase().split(",")) {
    const name = option.trim();
    if (PROTECTED_FIELDS.has(name) || name.startsWith("x-forwarded-")) return PROTECTED_OPTION;
  }
  return undefined;
}

/** The listeners have answered 100-continue by now; nothing else that may be expected is known. */
function checkExpectation(expect: string | null): Refusal | undefined {
  if (expect === null || expect === "100-continue") return undefined;
  const isKnown = listMembers(expect).every((member) => member.toLowerCase() === "100-continue");
  return isKnown ? undefined : UNKNOWN_EXPECTATION;
}
