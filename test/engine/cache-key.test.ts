import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compileKeyRules, primaryKey } from "../../src/engine/cache-key.ts";
import { fieldText } from "../support/field-text.ts";

const SORTED = compileKeyRules({ sort: true, ignore: [] });
const AS_IS = compileKeyRules({ sort: false, ignore: [] });
const IGNORING = compileKeyRules({ sort: true, ignore: ["utm_*", "fbclid"] });

const key = (target: string, rules = SORTED) => primaryKey(`http://a.example${target}`, rules).slice(16);

test("primaryKey() is the URI without its fragment, whether or not it has a query (RFC 9111 §2)", () => {
  for (const target of ["/", "/a/b", "/a?", "/a?b", "/a?b=c", "/%41%zz?%C3%A4=%2f", "/a;b=1,2"]) {
    assert.equal(key(target), target);
    assert.equal(key(`${target}#x?y&a`), target);
  }
});

test("primaryKey() sorts parameters by name and keeps the order of those with the same name", () => {
  const table = [
    ["/?b=1&a=2", "/?a=2&b=1"],
    ["/?b=2&a&b=1&a=", "/?a&a=&b=2&b=1"],
    ["/?b&&a", "/?&a&b"],
    ["/?a=b=c&a", "/?a=b=c&a"],
    ["/?B&a&C", "/?B&C&a"], // by code, so that no locale is involved
    ["/?a=1?b&0", "/?0&a=1?b"],
  ] as const;
  for (const [target, expected] of table) {
    assert.equal(key(target), expected);
    assert.equal(key(target, AS_IS), target);
  }
});

test("primaryKey() drops ignored parameters, and the question mark with the last of them", () => {
  const table = [
    ["/?utm_source=x&b=1&fbclid=2&a", "/?a&b=1"],
    ["/?utm_=x", "/"],
    ["/?fbclid&utm_a", "/"],
    ["/?utm=1&fbclid2=1&xutm_a", "/?fbclid2=1&utm=1&xutm_a"],
    ["/?UTM_a=1", "/?UTM_a=1"],
    ["/?a=utm_b", "/?a=utm_b"],
    ["/?", "/?"],
  ] as const;
  for (const [target, expected] of table) assert.equal(key(target, IGNORING), expected, target);
  assert.equal(key("/?b&a", compileKeyRules({ sort: true, ignore: ["*"] })), "/");
});

const query = fc.oneof(
  fc.array(fc.constantFrom("a", "b", "=", "&", "&", "utm_", "%26", "?", "+", "é")).map((pieces) => pieces.join("")),
  fieldText.map((text) => text.replaceAll("#", "")),
);
const anyRules = fc.constantFrom(SORTED, AS_IS, IGNORING);

test("primaryKey() is idempotent", () => {
  fc.assert(
    fc.property(query, anyRules, (text, rules) => {
      const once = primaryKey(`http://a.example/?${text}`, rules);
      assert.equal(primaryKey(once, rules), once);
    }),
    { numRuns: 1000 },
  );
});

test("primaryKey() keeps every other parameter byte for byte, those of one name in their order", () => {
  const nameOf = (parameter: string) => parameter.split("=", 1)[0] ?? "";
  fc.assert(
    fc.property(query, anyRules, (text, rules) => {
      const isIgnored = (name: string) => rules === IGNORING && (name.startsWith("utm_") || name === "fbclid");
      const all = text.split("&");
      const left = all.filter((parameter) => !isIgnored(nameOf(parameter)));
      const kept = left.length < all.length && left.join("&") === "" ? [] : left; // "?" goes with all that followed
      const target = primaryKey(`http://a.example/?${text}`, rules).slice("http://a.example/".length);
      const found = target === "" ? [] : target.slice(1).split("&");
      const byName = (parameters: string[]) => Map.groupBy(parameters, nameOf);
      assert.deepEqual(
        [...byName(found)].sort(([a], [b]) => (a < b ? -1 : 1)),
        [...byName(kept)].sort(([a], [b]) => (a < b ? -1 : 1)),
      );
    }),
    { numRuns: 1000 },
  );
});
