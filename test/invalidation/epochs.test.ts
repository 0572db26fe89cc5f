import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Epochs, type EpochScope, InvalidationOrder } from "../../src/invalidation/epochs.ts";

const PAGE = "http://a.example:8080/blog/one?x=1";

/** Epochs that take their marks from an order of their own, at times that can be told from it. */
function setup(maxScopes?: number) {
  const order = new InvalidationOrder();
  const epochs = new Epochs(maxScopes);
  const invalidate = (scope: EpochScope) => {
    const sequence = order.advance();
    epochs.invalidate(scope, { sequence, at: sequence * 1000 });
  };
  const isCovered = (uri: string, tags: readonly string[], since: number) =>
    epochs.covering({ uri, tags }, since) !== undefined;
  return { order, epochs, invalidate, isCovered };
}

const COVERING: readonly EpochScope[] = [
  { kind: "url", url: PAGE },
  { kind: "tag", tag: "t" },
  { kind: "host", host: "a.example" },
  { kind: "host", host: "a.example:8080" },
  { kind: "prefix", prefix: "http://a.example:8080/blog/" },
  { kind: "prefix", prefix: "http://a.example:8080/b" },
  { kind: "prefix", prefix: "/blog/one?x=1" },
  { kind: "prefix", prefix: "/" },
  { kind: "all" },
];

const OTHERS: readonly EpochScope[] = [
  { kind: "url", url: "http://a.example:8080/blog/one" },
  { kind: "tag", tag: "T" },
  { kind: "tag", tag: "t2" },
  { kind: "host", host: "a.example:80" },
  { kind: "host", host: "b.example" },
  { kind: "host", host: "example" },
  { kind: "prefix", prefix: "https://a.example:8080/blog/" },
  { kind: "prefix", prefix: "/log" },
  { kind: "prefix", prefix: "/blog/one?x=12" },
  { kind: "prefix", prefix: "a.example" },
];

test("Epochs.covering() is of what began before a scope that covers it was invalidated, and of nothing else", () => {
  for (const scope of COVERING) {
    const { order, epochs, invalidate } = setup();
    assert.equal(epochs.covering({ uri: PAGE, tags: ["s", "t"] }, 0), undefined);
    invalidate(scope);
    assert.deepEqual(epochs.covering({ uri: PAGE, tags: ["s", "t"] }, 0), { sequence: 1, at: 1000 }, scope.kind);
    assert.equal(epochs.covering({ uri: PAGE, tags: ["s", "t"] }, order.sequence), undefined);
    invalidate(scope);
    assert.deepEqual(epochs.covering({ uri: PAGE, tags: ["s", "t"] }, 1), { sequence: 2, at: 2000 }, "counts again");
  }
  for (const scope of OTHERS) {
    const { invalidate, isCovered } = setup();
    invalidate(scope);
    assert.equal(isCovered(PAGE, ["s", "t"], 0), false, JSON.stringify(scope));
  }
});

test("Epochs takes names like those of members of objects as plain names", () => {
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    const { invalidate, isCovered } = setup();
    assert.equal(isCovered(PAGE, [name], 0), false, name);
    invalidate({ kind: "tag", tag: name });
    assert.ok(isCovered(PAGE, [name], 0), name);
    assert.equal(isCovered(PAGE, [], 0), false, name);
  }
});

test("Epochs lets no scope that it had no room for come back to life, and none die that began since", () => {
  const { order, epochs, invalidate, isCovered } = setup(2);
  for (const tag of ["a", "b", "c"]) invalidate({ kind: "tag", tag });
  assert.equal(epochs.size, 2);
  assert.ok(isCovered(PAGE, ["a"], 0));
  assert.ok(isCovered(PAGE, ["z"], 0), "no longer told apart");
  assert.equal(isCovered(PAGE, ["a"], 1), false);
  assert.ok(isCovered(PAGE, ["b"], 1));
  assert.equal(isCovered(PAGE, ["z"], order.sequence), false);
});

test("Epochs.retire() forgets what lies up to a place, of every kind", () => {
  for (const scope of COVERING) {
    const { epochs, invalidate, isCovered } = setup();
    invalidate(scope);
    epochs.retire(0);
    assert.ok(isCovered(PAGE, ["t"], 0));
    epochs.retire(1);
    assert.equal(isCovered(PAGE, ["t"], 0), false);
    assert.equal(epochs.size, 0);
    invalidate(scope);
    assert.ok(isCovered(PAGE, ["t"], 1), "as new");
  }
});

test("Epochs.entries() tells all that is needed to cover the same again", () => {
  const { epochs, invalidate } = setup();
  for (const scope of [...COVERING.filter(({ kind }) => kind === "all"), ...COVERING, ...OTHERS]) {
    if (scope.kind !== "all" || epochs.size === 0) invalidate(scope);
  }
  const again = new Epochs();
  for (const [scope, mark] of [...epochs.entries()].sort(([, a], [, b]) => a.sequence - b.sequence)) {
    again.invalidate(scope, mark);
  }
  assert.deepEqual([...again.entries()], [...epochs.entries()]);
  assert.equal(again.size, epochs.size);
});

test("Epochs of any size cover whatever a list of all invalidations covers, and with room for all of them nothing else", () => {
  const scope: fc.Arbitrary<EpochScope> = fc.oneof(
    fc.constantFrom("http://a/", "http://a/b", "http://b/").map((url): EpochScope => ({ kind: "url", url })),
    fc.constantFrom("a", "b", "c").map((tag): EpochScope => ({ kind: "tag", tag })),
    fc.constantFrom("a", "b", "a:1").map((host): EpochScope => ({ kind: "host", host })),
    fc.constantFrom("/", "/b", "http://a/", "http://a").map((prefix): EpochScope => ({ kind: "prefix", prefix })),
    fc.constant<EpochScope>({ kind: "all" }),
  );
  const uri = fc.constantFrom("http://a/", "http://a/b", "http://b/bc", "http://a:1/x");
  const tags = fc.subarray(["a", "b", "c"]);
  const scopes = fc.array(scope, { maxLength: 30 });
  const sizes = fc.constantFrom(1, 2, 5, 100);
  fc.assert(fc.property(sizes, scopes, uri, tags, fc.nat(30), (size, all, asked, given, began) => {
    const { invalidate, isCovered } = setup(size);
    for (const one of all) invalidate(one);
    const expected = all.slice(began).some((one) => covers(one, asked, given));
    if (expected || size === 100) assert.equal(isCovered(asked, given, began), expected);
  }));
});

/** What a scope covers, said plainly. */
function covers(scope: EpochScope, uri: string, tags: readonly string[]): boolean {
  const { host, hostname } = new URL(uri);
  switch (scope.kind) {
    case "url":
      return scope.url === uri;
    case "tag":
      return tags.includes(scope.tag);
    case "host":
      return scope.host === host || scope.host === hostname;
    case "prefix":
      return uri.startsWith(scope.prefix) || uri.slice(`http://${host}`.length).startsWith(scope.prefix);
    case "all":
      return true;
  }
}

test("Epochs takes as little time for a scope when it is full as before", () => {
  const { epochs, invalidate } = setup();
  const start = performance.now();
  for (let i = 0; i < 150_000; i++) invalidate({ kind: "url", url: `http://a.example/${i}` });
  assert.equal(epochs.size, 50_000);
  // Far more than it takes; searching for the oldest from the beginning took half a minute.
  assert.ok(performance.now() - start < 3_000, `${performance.now() - start} ms`);
});
