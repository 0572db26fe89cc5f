import assert from "node:assert/strict";
import { test } from "node:test";
import { parseOriginUrl } from "../../src/config/origin-url.ts";

test("parseOriginUrl() gives scheme, host and port in canonical form", () => {
  assert.deepEqual(parseOriginUrl("http://127.0.0.1:3000/"), { url: "http://127.0.0.1:3000" });
  assert.deepEqual(parseOriginUrl("HTTPS://App.Internal:443"), { url: "https://app.internal" });
  assert.deepEqual(parseOriginUrl("http://[::1]:3000"), { url: "http://[::1]:3000" });
});

test("parseOriginUrl() names the part that an origin does not have", () => {
  const surplus = { path: "http://h/app", query: "http://h?x", fragment: "http://h#x", credentials: "http://u:p@h" };
  for (const [part, text] of Object.entries(surplus)) {
    const result = parseOriginUrl(text);
    assert.ok("accepted" in result && result.accepted.endsWith(`without ${part}`), text);
  }
});

test("parseOriginUrl() refuses what is no HTTP URL", () => {
  for (const text of ["", "localhost:3000", "ftp://h", "//h", "http://", "http:h", "http://h:99999", "http://a b"]) {
    assert.ok("accepted" in parseOriginUrl(text), text);
  }
});
