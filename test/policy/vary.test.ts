import assert from "node:assert/strict";
import { test } from "node:test";
import { sameVariant, selectingFields, selects, varyNames } from "../../src/policy/vary.ts";
import { storedMetadata } from "../support/stored-response.ts";

const request = (fields: Record<string, string>) => ({ selectingValue: (name: string) => fields[name] });

test("varyNames() lists the names of all lines: lower-case, sorted, once each (RFC 9110 §12.5.5)", () => {
  assert.deepEqual(varyNames([]), []);
  assert.deepEqual(varyNames([["vary", ""]]), []);
  assert.deepEqual(varyNames([["vary", "X-b, accept"], ["age", "1"], ["vary", " ,Accept,a"]]), ["a", "accept", "x-b"]);
});

test("varyNames() is * when a star is anywhere among them (RFC 9111 §4.1)", () => {
  for (const vary of ["*", "accept, *", "*, accept", " * "]) assert.equal(varyNames([["vary", vary]]), "*", vary);
  assert.equal(varyNames([["vary", "accept"], ["vary", "*"]]), "*");
});

test("varyNames() is * when a member is no field name, so that no request is asked for it", () => {
  for (const vary of ["accept encoding", '"accept"', "accept, x:y", "a;b", "caf\u00e9", "accept\u0000"]) {
    assert.equal(varyNames([["vary", vary]]), "*", vary);
  }
  for (const vary of ["a*b", "!#$%&'+-.^_`|~09"]) assert.deepEqual(varyNames([["vary", vary]]), [vary]);
});

test("selects() compares every selecting field, and an absent field matches only an absent one (RFC 9111 §4.1)", () => {
  const selecting = selectingFields(["a", "b"], request({ a: "1", c: "3" }));
  assert.deepEqual(selecting, { names: ["a", "b"], values: ["1", undefined] });
  const stored = storedMetadata({ selecting });
  assert.ok(selects(stored, request({ a: "1", c: "4" })));
  for (const other of [{}, { a: "2" }, { a: "1", b: "" }, { b: "1" }]) assert.ok(!selects(stored, request(other)));
  assert.ok(selects(storedMetadata(), request({ a: "1" })));
});

test("sameVariant() needs the same names with the same values", () => {
  const variant = (names: string[], values: (string | undefined)[]) => ({ names, values });
  const one = variant(["a", "b"], ["1", undefined]);
  assert.ok(sameVariant(one, variant(["a", "b"], ["1", undefined])));
  assert.ok(sameVariant(variant([], []), variant([], [])));
  const others = [variant(["a", "c"], ["1", undefined]), variant(["a", "b"], ["1", ""]), variant(["a"], ["1"])];
  for (const other of others) {
    assert.ok(!sameVariant(one, other));
    assert.ok(!sameVariant(other, one));
  }
});
