import assert from "node:assert/strict";
import { test } from "node:test";
import { isIncremental } from "../../src/http/incremental.ts";

test("isIncremental() believes a true Incremental field (RFC 10036)", () => {
  for (const value of ["?1", " ?1 ", "?1;x=2"]) assert.equal(isIncremental([["incremental", value]]), true, value);
  for (const value of ["?0", "", "1", "true", '"?1"', "?1, ?1", "(?1)", "?1;"]) {
    assert.equal(isIncremental([["incremental", value]]), false, value);
  }
  assert.equal(isIncremental([["incremental", "?1"], ["incremental", "?1"]]), false);
});

test("isIncremental() knows a stream of server-sent events by its type", () => {
  for (const value of ["text/event-stream", "Text/Event-Stream", "text/event-stream ; charset=utf-8"]) {
    assert.equal(isIncremental([["incremental", "?0"], ["content-type", value]]), true, value);
  }
  for (const value of ["text/plain", "text/event-streams", "text/plain;x=text/event-stream", ""]) {
    assert.equal(isIncremental([["content-type", value]]), false, value);
  }
  assert.equal(isIncremental([]), false);
});
