import assert from "node:assert/strict";
import { test } from "node:test";
import { checkCanonical } from "../../src/http/canonical-request.ts";
import { ALLOWED_METHODS } from "../../src/http/rejection.ts";

interface Received {
  url?: string;
  method?: string;
  fields?: Record<string, string>;
  rawTarget?: string;
  hostLines?: number;
}

/** A request as a listener would give it; a real `Request` cannot carry most of these. */
function check({ url = "http://h/ok", method = "GET", fields = {}, rawTarget, hostLines }: Received) {
  const lines = new Map(Object.entries({ host: "h", ...fields }).filter(([, value]) => value !== "(none)"));
  const headers = { get: (name: string) => lines.get(name) ?? null };
  return checkCanonical({ url, method, headers } as unknown as Request, { rawTarget, hostLines });
}

/** Whether a request is taken for `OPTIONS *`; `undefined` when it is refused. */
function serverWide(received: Received): boolean | undefined {
  const verdict = check(received);
  return verdict.ok ? verdict.serverWide : undefined;
}

function status(received: Received): number {
  const verdict = check(received);
  return verdict.ok ? 200 : verdict.status;
}

/** One test per row: what was received, and the status it is refused with or 200. */
function table(symbol: string, rows: ReadonlyArray<readonly [string, Received, number]>): void {
  for (const [title, received, expected] of rows) {
    test(`checkCanonical() ${symbol}: ${title}`, () => assert.equal(status(received), expected));
  }
}

const host = (value: string, authority = value): Received => ({
  fields: { host: value },
  url: `http://${authority}/ok`,
});

table("takes exactly one valid Host", [
  ["a name", host("example.com"), 200],
  ["a name in capitals, as the URL has it", host("EXAMPLE.com"), 200],
  ["a name in capitals that the URL has not", host("EXAMPLE.com", "example.com"), 200],
  ["an underscore", host("a_b"), 200],
  ["a port", host("h:8080"), 200],
  ["the default port, dropped by the URL", host("h:80", "h"), 200],
  ["the default port, kept by the URL", host("h:80"), 200],
  ["port 0", host("h:0"), 200],
  ["port 65535", host("h:65535"), 200],
  ["port 65536", host("h:65536"), 400],
  ["A12 port 99999", host("h:99999"), 400],
  ["six digits of port", host("h:000080", "h"), 400],
  ["a port without digits", host("h:", "h"), 400],
  ["a signed port", host("h:+80"), 400],
  ["an IPv6 literal", host("[::1]"), 200],
  ["an IPv6 literal and a port", host("[::1]:8080"), 200],
  ["an IPv6 literal without brackets", host("::1"), 400],
  ["an open bracket", host("[::1"), 400],
  ["A12 none", { fields: { host: "(none)" } }, 400],
  ["A12 an empty one", host("", "localhost"), 400],
  ["A12 a path and a query", host("h/inj?x="), 400],
  ["A12 two, joined", host("h, evil"), 400],
  ["A12 user information", host("h@evil"), 400],
  ["A11 two equal ones, joined", host("h, h"), 400],
  ["two lines, though the value is one", { hostLines: 2 }, 400],
  ["one line", { hostLines: 1 }, 200],
  ["a percent sign", host("%68"), 400],
  ["a space", host("h evil"), 400],
  ["a backslash", host("h\\evil"), 400],
  ["a fragment", host("h#evil"), 400],
  ["more characters than a name has", host("h".repeat(256)), 400],
]);

table("compares the authority of the URL with Host", [
  ["another name", host("h", "evil"), 400],
  ["a longer name", host("h", "h.evil"), 400],
  ["another port", host("h:1", "h:2"), 400],
  ["a port too many", host("h", "h:8080"), 400],
  ["user information", host("h", "h@evil"), 400],
  ["A12 a relative URL (Bun)", { url: "/ok" }, 400],
  ["an empty URL", { url: "" }, 400],
  ["no path", { url: "http://h" }, 400],
  ["no path but a query", { url: "http://h?x" }, 400],
  ["another scheme", { url: "ftp://h/ok" }, 400],
  ["a scheme that needs a secured connection", { url: "https://h/ok" }, 421],
  ["an address the URL parser rewrote", host("0x7f.1", "127.0.0.1"), 400],
]);

const raw = (rawTarget: string, path = rawTarget): Received => ({ url: `http://h${path}`, rawTarget });

table("takes a raw target, which is what is keyed and forwarded, in place of the path of the URL", [
  ["the same", raw("/a?b=c"), 200],
  ["A15 dot segments resolved", raw("/a/../../b", "/b"), 400],
  ["A15 a backslash rewritten", raw("/\\b", "//b"), 400],
  ["characters encoded in the URL only", raw('/a?"b"', "/a?%22b%22"), 200],
  ["bytes beyond ASCII, encoded in the URL only", raw("/\u00c3\u00a9", "/%C3%83%C2%A9"), 200],
  ["two slashes at the start", raw("//evil/b"), 200],
  ["encoded dot segments resolved", raw("/a/%2e%2E/b", "/b"), 400],
  ["a backslash in the query", raw("/a?\\b"), 200],
  ["a fragment, dropped by the URL", raw("/a#b", "/a"), 400],
  ["a space", raw("/a b", "/a%20b"), 400],
  ["a line end, dropped by the URL", raw("/a\r\nb", "/ab"), 400],
  ["a tab, dropped by the URL", raw("/a\tb", "/ab"), 400],
  ["a NUL", raw("/a\0b", "/a%00b"), 400],
  ["a DEL", raw("/a\x7fb", "/a%7Fb"), 400],
  ["a literal replacement character", raw("/%EF%BF%BD"), 200],
  ["absolute-form", raw("http://h/a", "/a"), 200],
  ["absolute-form in capitals", raw("HTTP://H/a", "/a"), 200],
  ["absolute-form without a path", raw("http://h", "/"), 400],
  ["absolute-form without a path but with a query", raw("http://h?a/b", "/?a/b"), 400],
  ["absolute-form with a fragment before a slash", raw("http://h#a/b", "/#a/b"), 400],
  ["absolute-form with a backslash after the authority", raw("http://h\\a/b", "/a/b"), 400],
  ["absolute-form, a fragment behind its path", raw("http://h/a#b", "/a"), 400],
  ["absolute-form, rewritten", raw("http://h/./a", "/a"), 400],
  ["A13 absolute-form with another authority", {
    url: "http://127.0.0.2:7777/meta",
    rawTarget: "http://127.0.0.2:7777/meta",
  }, 400],
  ["asterisk-form", raw("*", "/*"), 400],
  ["authority-form", raw("h:443", "/"), 400],
]);

const path = (target: string, method = "GET"): Received => ({ url: `http://h${target}`, method });

table("takes a target in canonical form only", [
  ["a plain path", path("/a/b.css"), 200],
  ["a dot file", path("/.well-known/x"), 200],
  ["three dots", path("/..."), 200],
  ["two slashes", path("//a"), 200],
  ["an encoded slash", path("/a%2Fb"), 200],
  ["a dot segment", path("/a/./b"), 400],
  ["two dots", path("/a/../b"), 400],
  ["two dots at the end", path("/a/.."), 400],
  ["dots before a query", path("/a/..?x"), 400],
  ["encoded dots", path("/a/%2e%2E/b"), 400],
  ["half encoded dots", path("/a/.%2e/b"), 400],
  ["dots in the query", path("/a?next=/../b"), 200],
  ["A15 a backslash", path("/\\b"), 400],
  ["a backslash in the query", path("/a?b=\\c"), 200],
  ["a fragment", path("/a#b"), 400],
  ["a fragment behind a query", path("/a?b#c"), 400],
  ["bytes that were lost", path("/%EF%BF%BD"), 400],
  ["bytes that were lost, in small letters, in the query", path("/a?%ef%bf%bd"), 400],
  ["OPTIONS of everything, as Deno shows it", path("/*", "OPTIONS"), 200],
  ["a star in a path", path("/a/*", "OPTIONS"), 200],
  ["8192 characters of URL", path("/" + "a".repeat(8192 - 9)), 200],
  ["more", path("/" + "a".repeat(8192 - 8)), 414],
]);

table("knows methods by their exact name", [
  ...ALLOWED_METHODS.map((method) => [method, { method }, 200] as const),
  ...["TRACE", "CONNECT", "PURGE", "BAN", "get", "gEt", "Post", "", "__proto__", "constructor"]
    .map((method) => [`A17 ${JSON.stringify(method)}`, { method }, 405] as const),
]);

const post = (fields: Record<string, string>): Received => ({ method: "POST", fields });

table("takes one framing", [
  ["a length", post({ "content-length": "3" }), 200],
  ["no length", post({}), 200],
  ["chunked", post({ "transfer-encoding": "chunked" }), 200],
  ["Chunked", post({ "transfer-encoding": "Chunked" }), 200],
  ["A01 both", post({ "transfer-encoding": "chunked", "content-length": "36" }), 400],
  ["A02 two lengths", post({ "content-length": "0, 31" }), 400],
  ["two equal lengths", post({ "content-length": "3, 3" }), 400],
  ...["+3", "-1", "0x3", "1_0", "", "18446744073709551619"]
    .map((value) => [`A03 length ${JSON.stringify(value)}`, post({ "content-length": value }), 400] as const),
  ["A04 an unknown coding", post({ "transfer-encoding": "xchunked" }), 501],
  ["A05 two codings", post({ "transfer-encoding": "gzip, chunked" }), 501],
  ["chunked twice", post({ "transfer-encoding": "chunked, chunked" }), 501],
  ["an empty coding", post({ "transfer-encoding": "" }), 501],
  ["a coding on GET", { fields: { "transfer-encoding": "gzip, chunked" } }, 501],
]);

const connection = (value: string): Received => ({ fields: { connection: value } });

table("guards end-to-end fields from Connection", [
  ...["close", "keep-alive", "Keep-Alive", "upgrade", "TE, Close", "X-Custom", ""]
    .map((value) => [JSON.stringify(value), connection(value), 200] as const),
  ...["Host", "Content-Length", "close, Transfer-Encoding", "cache-control", "keep-alive,authorization", "Cookie"]
    .map((value) => [`A14 ${value}`, connection(value), 400] as const),
  ...["Forwarded", "X-Forwarded-For", "te ,\tX-FORWARDED-Anything"]
    .map((value) => [`A14 ${value}`, connection(value), 400] as const),
]);

test("checkCanonical() remembers a bounded number of hosts", () => {
  for (let index = 0; index < 2000; index++) assert.equal(status(host(`h${index}`)), 200);
  assert.equal(status(host("h0")), 200);
});

const expecting = (expect: string, method = "POST"): Received => ({ fields: { expect }, method });

table("knows one expectation (RFC 9110 §10.1.1)", [
  ...["100-continue", "100-Continue", "100-CONTINUE", "100-continue, 100-continue", ", 100-continue", ""]
    .map((value) => [JSON.stringify(value), expecting(value), 200] as const),
  ...["x", "100-continue, x", "100-continue;a=b", "100-continue=", "100", '"100-continue"', "200-ok"]
    .map((value) => [JSON.stringify(value), expecting(value), 417] as const),
  ["one that nobody knows on GET", expecting("x", "GET"), 417],
]);

test("checkCanonical() tells OPTIONS of the whole server from that of a path (RFC 9112 §3.2.4)", () => {
  const options = (url: string, rawTarget?: string): Received => ({
    url,
    method: "OPTIONS",
    ...(rawTarget !== undefined && { rawTarget }),
  });
  assert.equal(serverWide(options("http://h/*")), true);
  assert.equal(serverWide(options("http://h/", "http://h")), true);
  assert.equal(serverWide(options("http://h/", "HTTP://H")), true);
  for (const url of ["http://h/", "http://h/a/*", "http://h//*", "http://h/*?", "http://h/*a"]) {
    assert.equal(serverWide(options(url)), false, url);
  }
  assert.equal(serverWide(options("http://h/*", "/*")), false);
  assert.equal(serverWide(options("http://h/", "http://h/")), false);
  assert.equal(serverWide({ url: "http://h/*" }), false);
  for (const rawTarget of ["*", "http://h?a", "http://h#a", "http://h\\a", "h:80", ""]) {
    assert.equal(serverWide(options("http://h/", rawTarget)), undefined, rawTarget);
  }
  assert.equal(serverWide({ ...options("http://evil/*") }), undefined);
  assert.equal(serverWide({ ...options("http://h/*"), fields: { connection: "host" } }), undefined);
});

test("checkCanonical() lets in one further method where it is told to, if all else is canonical", () => {
  const verdictOf = (method: string, fields: Record<string, string> = { host: "h" }) => {
    const headers = { get: (name: string) => fields[name] ?? null };
    return checkCanonical({ url: "http://h/ok", method, headers } as unknown as Request, {}, "PURGE");
  };
  assert.deepEqual(verdictOf("PURGE"), { ok: true, serverWide: false });
  for (const method of ["BAN", "purge", ""]) assert.equal(verdictOf(method).ok, false, method);
  assert.equal(verdictOf("PURGE", {}).ok, false);
  assert.equal(verdictOf("PURGE", { host: "h", "content-length": "x" }).ok, false);
});
