import assert from "node:assert/strict";
import { test } from "node:test";
import { authorityOf, originOf, targetOf } from "../../src/http/uri-parts.ts";

const PARTS: readonly (readonly [uri: string, origin: string, authority: string, target: string])[] = [
  ["http://a.example/", "http://a.example", "a.example", "/"],
  ["https://a.example:8443/b/c?d=/e", "https://a.example:8443", "a.example:8443", "/b/c?d=/e"],
  ["http://[::1]:80//double//", "http://[::1]:80", "[::1]:80", "//double//"],
  ["http://a.example", "http://a.example", "a.example", ""],
];

test("originOf(), authorityOf() and targetOf() take a URI apart, with or without a path", () => {
  for (const [uri, ...parts] of PARTS) {
    assert.deepEqual([originOf(uri), authorityOf(uri), targetOf(uri)], parts, uri);
    if (parts[2] !== "") assert.equal(new URL(uri).pathname + new URL(uri).search, parts[2]);
  }
});
