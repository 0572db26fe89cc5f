import assert from "node:assert/strict";
import { test } from "node:test";
import { parseEntityTag } from "../../src/http/entity-tag.ts";
import type { SelectingFields } from "../../src/policy/stored-metadata.ts";
import { ByteBudget } from "../../src/storage/byte-budget.ts";
import { GrowingBody } from "../../src/storage/growing-body.ts";
import type { ResponseStore, StoredResponse } from "../../src/storage/response-store.ts";
import { bodyOptions } from "../support/body-options.ts";
import { ByteSource, someBytes } from "../support/byte-source.ts";
import { storedMetadata } from "../support/stored-response.ts";

/** A complete response of `size` bytes, paid for from `budget`; `undefined` when that refuses. */
export async function storedResponse(
  budget: ByteBudget,
  given: Partial<StoredResponse> & { size?: number } = {},
): Promise<StoredResponse | undefined> {
  const { size = 100, ...others } = given;
  const body = new GrowingBody(new ByteSource([someBytes(size)], "closed").stream, {
    length: size,
    retain: true,
    typed: true,
  }, bodyOptions({ retainLimit: 1e9, window: 1e9, budget }));
  if (await body.done !== "retained") return undefined;
  const uri = given.uri ?? given.key ?? "http://a/";
  const stored = {
    ...storedMetadata(),
    key: uri,
    uri,
    began: 0,
    checkedAt: 0,
    isPurged: false,
    body,
    typed: true,
    rendering: undefined,
  };
  return Object.assign(stored, others);
}

/** What a request with `Accept-Language: value` selects. */
export function language(value: string): SelectingFields {
  return { names: ["accept-language"], values: [value] };
}

/** What every store must do, whatever it keeps responses in. */
export function responseStoreContract(name: string, createStore: (budget: ByteBudget) => ResponseStore): void {
  const setup = () => {
    const budget = new ByteBudget(1_000_000);
    const store = createStore(budget);
    const make = async (given: Partial<StoredResponse> & { size?: number } = {}) =>
      await storedResponse(budget, given) ?? assert.fail("the budget of the test is too small");
    return { budget, store, make };
  };

  test(`${name} holds nothing at first`, () => {
    const { store, budget } = setup();
    assert.deepEqual([store.get("http://a/"), store.size, store.remove("http://a/"), budget.used], [
      ...[undefined, 0, false, 0],
    ]);
  });

  test(`${name} gives back what was put, under its own key only`, async () => {
    const { store, make } = setup();
    const [a, b] = [await make({ key: "http://a/" }), await make({ key: "http://b/" })];
    assert.ok(store.put(a) && store.put(b));
    assert.deepEqual([store.get("http://a/"), store.get("http://b/"), store.get("http://a")], [[a], [b], undefined]);
    assert.equal(store.get("http://a/")?.[0], a);
    assert.equal(store.size, 2);
  });

  test(`${name} finds what it holds by URI and by tag, as long as it holds it`, async () => {
    const { store, make, budget } = setup();
    const a = await make({ key: "http://a/", tags: ["t", "__proto__"] });
    const query = await make({ key: "query", uri: "http://a/", tags: ["t"] });
    const b = await make({ key: "http://b/" });
    for (const stored of [a, query, b]) assert.ok(store.put(stored));
    assert.deepEqual(new Set(store.entries()), new Set([a, query, b]));
    assert.deepEqual(new Set(store.ofUri("http://a/")), new Set([a, query]));
    assert.deepEqual(new Set(store.tagged("t")), new Set([a, query]));
    assert.deepEqual([...store.tagged("__proto__"), ...store.tagged("constructor")], [a]);
    const next = { ...a, tags: ["u"] };
    assert.ok(store.replace(a, next));
    assert.deepEqual([[...store.tagged("t")], [...store.tagged("u")]], [[query], [next]]);
    for (const stored of store.entries()) store.discard(stored);
    store.discard(next); // which is not there any more
    assert.deepEqual([...store.entries(), ...store.ofUri("http://a/"), ...store.tagged("t"), ...store.tagged("u")], []);
    assert.deepEqual([store.size, budget.used], [0, 0]);
  });

  test(`${name} lists the variants of a key, most recently stored first, one for each selection`, async () => {
    const { store, make } = setup();
    const de = await make({ selecting: language("de") });
    const en = await make({ selecting: language("en") });
    const newDe = await make({ selecting: language("de") });
    const plain = await make();
    for (const stored of [de, en, newDe, plain]) assert.ok(store.put(stored));
    assert.deepEqual(store.get("http://a/")?.map(({ selecting }) => selecting.values), [[], ["de"], ["en"]]);
    assert.equal(store.get("http://a/")?.[1], newDe);
    assert.equal(store.size, 3);
  });

  test(`${name} keeps 32 variants of a key and lets the least recently stored one go (T19)`, async () => {
    const { store, make } = setup();
    for (let i = 0; i < 40; i++) assert.ok(store.put(await make({ selecting: language(`x-${i}`) })));
    const held = store.get("http://a/")?.map(({ selecting }) => selecting.values[0]) ?? [];
    assert.deepEqual(held, Array.from({ length: 32 }, (_, i) => `x-${39 - i}`));
    assert.equal(store.size, 32);
  });

  test(`${name} removes all variants of a key, and gives all their memory back`, async () => {
    const { store, budget, make } = setup();
    store.put(await make({ selecting: language("de") }));
    store.put(await make({ selecting: language("en") }));
    const other = await make({ key: "http://b/" });
    store.put(other);
    assert.equal(store.remove("http://a/"), true);
    assert.equal(store.remove("http://a/"), false);
    assert.deepEqual([store.get("http://a/"), store.get("http://b/"), store.size], [undefined, [other], 1]);
    store.remove("http://b/");
    assert.equal(budget.used, 0);
  });

  test(`${name}.replace() puts a freshened response in the place of another, with the same body`, async () => {
    const { store, budget, make } = setup();
    const stored = await make({ fields: [["x-a", "1"]] });
    store.put(stored);
    const before = budget.used;
    const next = { ...stored, fields: [["x-a", "2"]] as const };
    assert.ok(store.replace(stored, next));
    assert.deepEqual([store.get("http://a/"), store.size, budget.used], [[next], 1, before]);
    assert.equal(store.get("http://a/")?.[0], next);
    store.remove("http://a/");
    assert.equal(budget.used, 0);
  });

  test(`${name}.replace() leaves alone what is not held any more`, async () => {
    const { store, budget, make } = setup();
    const stored = await make();
    assert.equal(store.replace(stored, { ...stored }), false);
    store.put(stored);
    const newer = await make();
    store.put(newer);
    assert.equal(store.replace(stored, { ...stored }), false);
    assert.equal(store.get("http://a/")?.[0], newer);
    store.remove("http://a/");
    assert.equal(budget.used, 0);
  });

  test(`${name}.replace() makes one of two variants that a new Vary no longer tells apart`, async () => {
    const { store, budget, make } = setup();
    const [de, en] = [await make({ selecting: language("de") }), await make({ selecting: language("en") })];
    store.put(de);
    store.put(en);
    const next = { ...de, selecting: language("en") };
    assert.ok(store.replace(de, next));
    assert.deepEqual([store.get("http://a/"), store.size], [[next], 1]);
    store.remove("http://a/");
    assert.equal(budget.used, 0);
  });

  test(`${name}.touch() does nothing to a response that is not held`, async () => {
    const { store, make } = setup();
    const stored = await make();
    store.touch(stored);
    assert.equal(store.size, 0);
  });

  const tagged = (first: number, last: number, tag = '"1"') => ({
    part: { first, last, completeLength: 100 },
    entityTag: parseEntityTag(tag),
    status: 206,
  });

  test(`${name} holds parts of one representation beside each other, until one makes another needless`, async () => {
    const { store, budget, make } = setup();
    const [a, b] = [await make(tagged(0, 9)), await make(tagged(20, 29))];
    store.put(a);
    store.put(b);
    assert.deepEqual(store.get("http://a/"), [b, a]);
    const wider = await make(tagged(0, 19));
    store.put(wider);
    assert.deepEqual(store.get("http://a/"), [wider, b]);
    const newer = await make(tagged(50, 59, '"2"'));
    store.put(newer);
    assert.deepEqual(store.get("http://a/"), [newer]);
    const whole = await make();
    store.put(whole);
    assert.deepEqual(store.get("http://a/"), [whole]);
    store.remove("http://a/");
    assert.equal(budget.used, 0);
  });

  test(`${name}.remove() takes everything that was asked of a URI, and leaves other URIs alone`, async () => {
    const { store, budget, make } = setup();
    const keys = ["http://a/", "http://a/\nx", "http://a/\ny"];
    for (const key of keys) store.put(await make({ key, uri: "http://a/" }));
    const other = await make({ key: "http://a/b\nx", uri: "http://a/b" });
    store.put(other);
    assert.equal(store.remove("http://a/"), true);
    assert.deepEqual(keys.map((key) => store.get(key)), [undefined, undefined, undefined]);
    assert.deepEqual([store.get(other.key), store.size], [[other], 1]);
    assert.equal(store.remove("http://a/"), false);
    assert.equal(store.remove("http://a/b"), true);
    assert.equal(budget.used, 0);
  });

  test(`${name}.remove() finds a query that was stored again after it was superseded or removed`, async () => {
    const { store, budget, make } = setup();
    const given = { key: "http://a/\nx", uri: "http://a/" };
    store.put(await make(given));
    store.put(await make(given));
    assert.equal(store.size, 1);
    assert.ok(store.remove("http://a/"));
    store.put(await make(given));
    assert.ok(store.remove("http://a/"));
    assert.deepEqual([store.size, budget.used], [0, 0]);
  });

  test(`${name} gives the memory of a shared body back with the last response that has it`, async () => {
    const { store, budget, make } = setup();
    const de = await make({ selecting: language("de"), size: 5000 });
    store.put(de);
    const at: StoredResponse = { ...de, selecting: language("at") };
    de.body.share();
    store.put(at);
    assert.ok(budget.used < 2 * 5000, "the bytes count once");
    store.put(await make({ selecting: language("de"), size: 10 }));
    assert.equal(at.body.heldBytes, 5000);
    store.put(await make({ selecting: language("at"), size: 10 }));
    assert.equal(at.body.heldBytes, 0);
    store.remove("http://a/");
    assert.equal(budget.used, 0);
  });
}
