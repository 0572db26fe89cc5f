import assert from "node:assert/strict";
import { test } from "node:test";
import { isSafe } from "../../src/http/methods.ts";

test("isSafe() knows the methods that change nothing, by their exact name (RFC 9110 §9.2.1)", () => {
  for (const method of ["GET", "HEAD", "OPTIONS", "QUERY", "PROPFIND"]) assert.ok(isSafe(method), method);
  for (const method of ["POST", "PUT", "DELETE", "PATCH", "LOCK", "get", ""]) assert.ok(!isSafe(method), method);
});
