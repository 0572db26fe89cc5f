import assert from "node:assert/strict";
import { test } from "node:test";
import { CacheRequest } from "../../src/engine/cache-request.ts";
import { compileKeyRules } from "../../src/engine/cache-key.ts";
import { type RouteRule, Routes } from "../../src/engine/routes.ts";

const RULES = {
  key: compileKeyRules({ sort: true, ignore: [] }),
  isTrusted: () => false,
  isSurrogate: false,
  instance: "test",
};

function routeOf(uri: string, rules: readonly RouteRule[] = []) {
  return new Routes(rules).of(new CacheRequest(new Request(uri), uri, { peer: {}, rules: RULES }));
}

const SAME: readonly (readonly [string, string])[] = [
  ["http://h/items/1", "http://h/items/2"],
  ["http://h/items/1", "http://h/items/name?q=1"],
  ["http://h/a.js", "http://h/b.js?v=2"],
  ["http://h/users/1/posts", "http://h/users/2/posts"],
  ["http://h/f/0123456789abcdef/x", "http://h/f/ffffffff/x"],
  ["http://h/u/00000000-0000-4000-8000-000000000000/x", "http://h/u/11111111-0000-4000-8000-000000000000/x"],
  ["http://h/", "http://h/index"],
];

test("Routes takes resources of one folder and extension for one route, whatever identifiers are above them", () => {
  for (const [a, b] of SAME) assert.equal(routeOf(a).name, routeOf(b).name, `${a} ${b}`);
});

const DIFFERENT: readonly (readonly [string, string])[] = [
  ["http://h/items/1", "http://h/users/1"],
  ["http://h/a.js", "http://h/a.css"],
  ["http://h/items/1", "http://other/items/1"],
  ["http://h/items/1", "https://h/items/1"],
  ["http://h/a/b", "http://h/a/b/c"],
];

test("Routes tells hosts, schemes, folders and extensions apart", () => {
  for (const [a, b] of DIFFERENT) assert.notEqual(routeOf(a).name, routeOf(b).name, `${a} ${b}`);
});

test("Routes goes by the first rule whose path matches", () => {
  const rules = [
    { path: "/api/items", vary: ["X-B", "Accept"] },
    { path: "/api/*", public: true, tags: ["api"] },
  ];
  assert.deepEqual(routeOf("http://h/api/items?x=1", rules), {
    name: "http://h/api/items",
    vary: ["accept", "x-b"],
    isPublic: false,
    tags: [],
  });
  assert.deepEqual(routeOf("http://h/api/items/1", rules), {
    name: "http://h/api/*",
    vary: undefined,
    isPublic: true,
    tags: ["api"],
  });
  assert.equal(routeOf("http://h/api", rules).isPublic, false);
});

test("Routes cuts names that are too long", () => {
  assert.ok(routeOf(`http://h/${"x".repeat(10_000)}/a`).name.length < 400);
  assert.ok(routeOf(`http://h/a.${"x".repeat(10_000)}`).name.length < 400);
});
