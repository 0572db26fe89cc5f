import assert from "node:assert/strict";
import { test } from "node:test";
import { formatListenAddress, parseListenAddress } from "../../src/config/listen-address.ts";

test("parseListenAddress() reads names, IPv4 and bracketed IPv6, and formatListenAddress() writes them back", () => {
  for (const text of ["127.0.0.1:8080", "[::1]:8080", "localhost:0", "0.0.0.0:65535", "a-b.example.com:80"]) {
    const address = parseListenAddress(text);
    assert.ok(address !== undefined, text);
    assert.equal(formatListenAddress(address), text);
  }
  assert.deepEqual(parseListenAddress("[::1]:8080"), { hostname: "::1", port: 8080 });
});

test("parseListenAddress() refuses a missing host or port and addresses that do not exist", () => {
  const refused = [":8080", "8080", "127.0.0.1", "::1:8080", "[::1]", "[zz]:1", "1.2.3:80", "256.0.0.1:80"];
  for (const text of [...refused, "host:65536", "host:", "http://host:80", "-a:80", "a..b:80", "host:80/"]) {
    assert.equal(parseListenAddress(text), undefined, text);
  }
});
