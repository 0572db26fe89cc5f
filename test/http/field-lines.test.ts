import assert from "node:assert/strict";
import { test } from "node:test";
import { fieldValue } from "../../src/http/field-lines.ts";

test("fieldValue() joins repeated lines in their order, and tells an empty field from an absent one (RFC 9110 §5.3)", () => {
  const fields = [["vary", "b"], ["x", ""], ["vary", "a"], ["y", ""], ["y", "1"]] as const;
  assert.equal(fieldValue(fields, "vary"), "b, a");
  assert.equal(fieldValue(fields, "x"), "");
  assert.equal(fieldValue(fields, "y"), ", 1");
  assert.equal(fieldValue(fields, "var"), undefined);
  assert.equal(fieldValue([], "vary"), undefined);
});
