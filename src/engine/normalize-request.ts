import { parseForwarded } from "../http/forwarded-elements.ts";
import { receivedField } from "../http/received-field.ts";
import { remembered } from "../http/remembered.ts";
import { primaryKey } from "./cache-key.ts";
import { CacheRequest, type RequestPeer, type RequestRules } from "./cache-request.ts";

/** The request with its primary key, under the scheme and the bytes that its client sent. */
export function normalizeRequest(source: Request, peer: RequestPeer, rules: RequestRules): CacheRequest {
  const url = asReceived(publicUrl(source, peer, rules), peer.rawTarget);
  return new CacheRequest(source, keyOf(url, rules), { peer, rules });
}

/** Primary key of an absolute URI. That of a primary key is the key itself. */
export function keyOf(uri: string, rules: RequestRules): string {
  return primaryKey(canonicalAuthority(uri), rules.key);
}

/** The URL as the client of a trusted TLS-terminating proxy has it: origins often answer the two schemes differently. */
function publicUrl(source: Request, peer: RequestPeer, rules: RequestRules): string {
  const url = source.url;
  const scheme = receivedField(source, peer, "x-forwarded-proto") ?? forwardedScheme(source, peer, rules);
  if ((scheme !== "https" && scheme !== "http") || url.startsWith(`${scheme}:`)) return url;
  return rules.isTrusted(peer.address) ? scheme + url.slice(url.indexOf(":")) : url;
}

/** What a trusted peer says itself in `Forwarded`, which is the last element (RFC 7239 §4). */
function forwardedScheme(source: Request, peer: RequestPeer, rules: RequestRules): string | undefined {
  const forwarded = receivedField(source, peer, "forwarded");
  if (forwarded === null || !rules.isTrusted(peer.address)) return undefined;
  return parseForwarded(forwarded)?.at(-1)?.proto;
}

/** The URL with path and query byte for byte, for a `Request` escapes some characters that were sent plainly. */
function asReceived(url: string, rawTarget: string | undefined): string {
  if (rawTarget === undefined || !rawTarget.startsWith("/")) return url;
  const pathStart = url.indexOf("/", url.indexOf("//") + 2);
  const isSame = url.length === pathStart + rawTarget.length && url.endsWith(rawTarget);
  return isSame ? url : url.slice(0, pathStart) + rawTarget;
}

const MAX_KNOWN_AUTHORITIES = 256;

/** The latest authority seen in canonical form, with the slash behind it: most requests are for the same one again. */
let latestAuthority = "http:///";

/** The URL with scheme and host in lower case, without the default port: not every listener sees to that. */
function canonicalAuthority(url: string): string {
  if (url.startsWith(latestAuthority)) return url;
  const end = url.indexOf("/", url.indexOf("//") + 2);
  const received = end === -1 ? url : url.slice(0, end);
  const canonical = lowerCaseAuthority(received);
  if (canonical !== received) return canonical + url.slice(received.length);
  if (end !== -1) latestAuthority = `${canonical}/`;
  return url;
}

/** RFC 9110 §4.2.3. */
const lowerCaseAuthority = remembered(
  MAX_KNOWN_AUTHORITIES,
  (authority) => authority.toLowerCase().replace(/^(http:.*):80$|^(https:.*):443$/, "$1$2"),
);
