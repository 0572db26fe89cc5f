import assert from "node:assert/strict";
import { test } from "node:test";
import { allKeys, newKeys, scriptOf, takingTurns } from "../../../bench/speed/lua.ts";

const LOAD = { connections: 1, path: "/", length: 0 };

test("scriptOf() begins with what loads may use and ends with the figures", () => {
  const script = scriptOf({ ...LOAD, lua: newKeys("/new/") }, { port: 4000, first: 70 });
  assert.ok(script.startsWith('local SUFFIX, FIRST = " HTTP/1.1\\r\\nHost: 127.0.0.1:4000\\r\\n\\r\\n", 70\n'));
  assert.match(script, /return "GET \/new\/" \.\. number \.\. SUFFIX/);
  assert.match(script, /done = function/);
});

test("scriptOf() quotes the values of fields", () => {
  const script = scriptOf({ ...LOAD, fields: { "If-None-Match": '"a\\b"' } }, { port: 4000, first: 0 });
  assert.ok(script.includes('wrk.headers["If-None-Match"] = "\\"a\\\\b\\""'));
});

test("takingTurns() knows every variant", () => {
  const script = takingTurns("/vary", [{ Accept: "a", "Accept-Language": "de" }, { Accept: "b" }]);
  assert.ok(script.includes('{ "\\r\\nAccept: a\\r\\nAccept-Language: de", "\\r\\nAccept: b" }'));
  assert.ok(script.includes("turn % 2 + 1"));
});

test("allKeys() begins again after the last one", () => {
  assert.ok(allKeys("/key/", 1000).includes('"GET /key/" .. (number - 1) % 1000 + 1 .. SUFFIX'));
});
