import assert from "node:assert/strict";
import { test } from "node:test";
import { ALLOWED_METHODS, rawRejection, rejection } from "../../src/http/rejection.ts";

test("rejection() is fixed text that is never stored and ends the connection", async () => {
  const response = rejection({ ok: false, status: 400, reason: "<secret>" });
  assert.equal(response.status, 400);
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.equal(response.headers.get("connection"), "close");
  assert.equal(response.headers.get("allow"), null);
  assert.equal(await response.text(), "Bad Request\n");
});

test("rejection() of a method lists those that are let in", () => {
  const response = rejection({ ok: false, status: 405, reason: "" });
  assert.equal(response.headers.get("allow"), ALLOWED_METHODS.join(", "));
});

test("rawRejection() is the same answer as text", async () => {
  const response = rejection({ ok: false, status: 405, reason: "" });
  const [head = "", body] = rawRejection(405).split("\r\n\r\n");
  const [statusLine, ...lines] = head.split("\r\n");
  assert.equal(statusLine, "HTTP/1.1 405 Method Not Allowed");
  assert.deepEqual(lines.sort(), [...response.headers].map(([name, value]) => `${name}: ${value}`).sort());
  assert.equal(body, await response.text());
});
