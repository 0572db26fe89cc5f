import assert from "node:assert/strict";
import { test } from "node:test";
import { bearerToken } from "../../src/admin/bearer-token.ts";

test("bearerToken() takes the token behind Bearer, in any case of that word", () => {
  const judge = bearerToken("abc.DEF~1");
  for (const value of ["Bearer abc.DEF~1", "bearer abc.DEF~1", "BEARER   abc.DEF~1"]) {
    assert.equal(judge(value), "right", value);
  }
});

test("bearerToken() calls everything else wrong, and nothing at all missing", () => {
  const judge = bearerToken("abc");
  const wrong = ["Bearer abd", "Bearer ab", "Bearer abcd", "Bearer ABC", "Bearer", "Bearer ", "abc", "Basic abc", ""];
  for (
    const value of [
      ...wrong,
      "Bearer abc, Bearer abc",
      "Bearer abc abc",
      "Bearer\tabc",
      "Bearer äbc",
      "Bearer abcabc",
      "Bearer a",
    ]
  ) {
    assert.equal(judge(value), "wrong", value);
  }
  assert.equal(judge(undefined), "missing");
});
