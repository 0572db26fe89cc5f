import assert from "node:assert/strict";
import { test } from "node:test";
import { adminToken, isToken } from "../../src/admin/admin-token.ts";

test("adminToken() takes the first that is given and not empty", () => {
  assert.deepEqual(adminToken("env", "config"), { token: "env", isGenerated: false });
  assert.deepEqual(adminToken(undefined, "config"), { token: "config", isGenerated: false });
  assert.deepEqual(adminToken("", "config"), { token: "config", isGenerated: false });
});

test("adminToken() makes up 32 random bytes in base64url, another time others", () => {
  const tokens = Array.from({ length: 50 }, () => adminToken(undefined, ""));
  for (const { token, isGenerated } of tokens) {
    assert.match(token, /^[A-Za-z0-9_-]{43}$/);
    assert.ok(isGenerated && isToken(token));
  }
  assert.equal(new Set(tokens.map(({ token }) => token)).size, 50);
});

test("isToken() takes ASCII without spaces", () => {
  for (const text of ["a", "a.b~c+d/e==", "!#$%"]) assert.ok(isToken(text), text);
  for (const text of ["", "a b", "a\n", "ä", "\u007f"]) assert.ok(!isToken(text), JSON.stringify(text));
});
