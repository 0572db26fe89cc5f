import assert from "node:assert/strict";
import { test } from "node:test";
import { receivedField } from "../../src/http/received-field.ts";

test("receivedField() asks the listener where that knows, and else the Headers", () => {
  const request = new Request("http://example.org/", { headers: { "x-a": "1" } });
  assert.equal(receivedField(request, {}, "x-a"), "1");
  assert.equal(receivedField(request, {}, "x-b"), null);
  const header = (name: string) => (name === "x-b" ? "2" : null);
  assert.deepEqual(["x-a", "x-b"].map((name) => receivedField(request, { header }, name)), [null, "2"]);
});
