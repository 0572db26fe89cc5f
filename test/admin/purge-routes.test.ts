import assert from "node:assert/strict";
import { test } from "node:test";
import { PurgeError } from "../../src/invalidation/purge-request.ts";
import { fakeAdmin, problemOf } from "../support/fake-admin.ts";

const NOTHING = { urls: [], tags: [], prefixes: [], hosts: [], bans: [], all: false, soft: false };

async function errorsOf(content: unknown): Promise<string[]> {
  const admin = fakeAdmin();
  const response = await admin.purge(content);
  assert.equal(response.status, 422, JSON.stringify(content).slice(0, 200));
  assert.deepEqual(admin.engine.purges, []);
  const { errors, detail } = await problemOf(response);
  return errors?.map((error) => `${error.pointer} ${error.detail}`) ?? [detail];
}

test("POST /v1/purge hands on everything that is named and answers with the sequence", async () => {
  const admin = fakeAdmin();
  const content = {
    urls: ["https://www.example.com/page?a=1", "HTTP://example.com"],
    tags: ["article-7", "__proto__", "with space"],
    prefixes: ["/blog/", "https://example.com/blog/"],
    hosts: ["example.com", "example.com:8443", "[::1]"],
    bans: [{ where: [{ field: "path", glob: "/a/*" }, { field: "age", over: 60 }] }],
    all: true,
    soft: true,
  };
  const response = await admin.purge(content);
  assert.deepEqual([response.status, await response.json()], [200, { sequence: 1 }]);
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.deepEqual(admin.engine.purges, [content]);
});

test("POST /v1/purge fills in what is left out", async () => {
  const admin = fakeAdmin();
  await admin.purge({ tags: ["a"] });
  assert.deepEqual(admin.engine.purges, [{ ...NOTHING, tags: ["a"] }]);
});

test("POST /v1/purge takes every kind of condition, and reads field names to lower case", async () => {
  const admin = fakeAdmin();
  const where = [
    { field: "host", equals: "a" },
    { field: "path", prefix: "/a" },
    { field: "tag", glob: "a*" },
    { field: "header", name: "x-kind", prefix: "" },
    { field: "header", name: "Content-Type", regex: "^text/" },
    { field: "status", equals: 404 },
    { field: "age", over: 0.5 },
  ];
  assert.equal((await admin.purge({ bans: [{ where }] })).status, 200);
  const read = where.map((condition) =>
    "name" in condition ? { ...condition, name: condition.name?.toLowerCase() } : condition
  );
  assert.deepEqual(admin.engine.purges, [{ ...NOTHING, bans: [{ where: read }] }]);
});

test("POST /v1/purge refuses a purge that names nothing", async () => {
  for (const content of [{}, { soft: true }, { all: false }, { urls: [], tags: [], bans: [] }]) {
    assert.match((await errorsOf(content))[0] ?? "", /^nothing is named to be purged, accepted: one or more of urls, /);
  }
});

test("POST /v1/purge tells every invalid item with a pointer, what was given and what is accepted", async () => {
  const errors = await errorsOf({
    urls: ["/relative", "ftp://h/", "http://", 3],
    tags: ["ok", ""],
    prefixes: ["blog"],
    hosts: ["http://h/", ""],
    all: "yes",
  });
  assert.deepEqual(errors.map((line) => line.slice(0, line.indexOf(","))), [
    '#/urls/0 given "/relative"',
    '#/urls/1 given "ftp://h/"',
    '#/urls/2 given "http://"',
    "#/urls/3 given 3",
    '#/tags/1 given ""',
    '#/prefixes/0 given "blog"',
    '#/hosts/0 given "http://h/"',
    '#/hosts/1 given ""',
    '#/all given "yes"',
  ]);
  assert.match(errors[0] ?? "", /accepted: an absolute URL such as "https:\/\/www\.example\.com\/page"/);
});

test("POST /v1/purge refuses unknown keys, at every depth, whatever they are called", async () => {
  assert.deepEqual(await errorsOf({ tag: ["a"], all: true }), [
    "#/tag unknown key, accepted: urls, tags, prefixes, hosts, bans, all, soft",
  ]);
  assert.match((await errorsOf(JSON.parse('{"all": true, "__proto__": 1}')))[0] ?? "", /^#\/__proto__ unknown key/);
  assert.match((await errorsOf({ all: true, "a/b~c d": 1 }))[0] ?? "", /^#\/a~1b~0c%20d unknown key/);
  const request = { where: [{ field: "path", equals: "/", request: "cookie" }] };
  assert.match((await errorsOf({ bans: [request] }))[0] ?? "", /^#\/bans\/0\/where\/0\/request unknown key/);
});

test("POST /v1/purge refuses bans that say nothing, or not exactly one thing", async () => {
  const bans = [
    [{ where: [] }, "#/bans/0/where given a list, accepted: at least one condition"],
    [{}, "#/bans/0/where given nothing, accepted: a list of conditions"],
    ["all", '#/bans/0 given "all", accepted: an object with any of where'],
    [{ where: [{ field: "path" }] }, "#/bans/0/where/0 given an object, accepted: exactly one of equals, prefix, "],
    [{ where: [{ field: "path", equals: "/", glob: "*" }] }, "#/bans/0/where/0 given an object, accepted: exactly one"],
    [{ where: [{ field: "cookie", equals: "a" }] }, '#/bans/0/where/0/field given "cookie", accepted: "host", "path"'],
    [{ where: [{ field: "status", equals: 42 }] }, "#/bans/0/where/0/equals given 42, accepted: a status from 100"],
    [{ where: [{ field: "age", over: -1 }] }, "#/bans/0/where/0/over given -1, accepted: a number of seconds"],
    [
      { where: [{ field: "header", name: "a b", equals: "c" }] },
      '#/bans/0/where/0/name given "a b", accepted: a field',
    ],
  ] as const;
  for (const [ban, expected] of bans) {
    const errors = await errorsOf({ bans: [ban] });
    assert.ok(errors[0]?.startsWith(expected), `${errors[0]} for ${expected}`);
  }
});

test("POST /v1/purge takes a thousand items over all lists, and no more", async () => {
  const tags = Array.from({ length: 600 }, (_, index) => `tag-${index}`);
  const urls = Array.from({ length: 400 }, (_, index) => `http://h/${index}`);
  assert.equal((await fakeAdmin().purge({ tags, urls })).status, 200);
  const expected = ["given 1001 items over all lists, accepted: at most 1000"];
  assert.deepEqual(await errorsOf({ tags, urls, hosts: ["h"] }), expected);
  const where = Array.from({ length: 1000 }, () => ({ field: "path", equals: "/" }));
  assert.deepEqual(await errorsOf({ bans: [{ where }] }), expected);
});

test("POST /v1/purge lists twenty invalid items and counts the others", async () => {
  const response = await fakeAdmin().purge({ tags: Array.from({ length: 100 }, () => "") });
  const { errors, detail } = await problemOf(response);
  assert.equal(errors?.length, 20);
  assert.equal(detail, "100 items are not accepted, of which 20 are listed");
});

test("POST /v1/purge refuses what is no object", async () => {
  for (const content of [null, [], "all", 3]) assert.match((await errorsOf(content))[0] ?? "", /^# given /);
});

test("POST /v1/purge refuses what is not declared as JSON with 415", async () => {
  const admin = fakeAdmin();
  for (
    const type of ["text/plain", "application/x-www-form-urlencoded", "application/jsonx", "application/ld+json", ""]
  ) {
    const fields = { "content-type": type };
    const response = await admin.askWithToken("/v1/purge", { method: "POST", fields, body: '{"all":true}' });
    assert.equal((await problemOf(response)).status, 415, type);
  }
  const fields = { "content-type": "Application/JSON; charset=utf-8" };
  assert.equal((await admin.askWithToken("/v1/purge", { method: "POST", fields, body: '{"all":true}' })).status, 200);
});

test("POST /v1/purge refuses what is not JSON, or not UTF-8, with 400", async () => {
  const admin = fakeAdmin();
  const fields = { "content-type": "application/json" };
  const nested = "[".repeat(500_000);
  for (const body of ["", "{", "all", '{"all":true}}', nested, new Uint8Array([0x22, 0xff, 0x22])]) {
    const response = await admin.askWithToken("/v1/purge", { method: "POST", fields, body });
    assert.equal((await problemOf(response)).status, 400);
  }
  assert.deepEqual([admin.engine.purges, admin.faults], [[], []]);
});

test("POST /v1/purge reads one mebibyte and no further, whether the length is declared or not", async () => {
  const admin = fakeAdmin();
  const fields = { "content-type": "application/json" };
  const largest = `{"all":true}`.padEnd(1024 * 1024);
  assert.equal((await admin.askWithToken("/v1/purge", { method: "POST", fields, body: largest })).status, 200);
  const declared = await admin.askWithToken("/v1/purge", { method: "POST", fields, body: `${largest} ` });
  assert.equal((await problemOf(declared)).status, 413);
  let pieces = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      pieces++;
      controller.enqueue(new Uint8Array(64 * 1024).fill(0x20));
    },
  });
  const chunked = await admin.askWithToken("/v1/purge", { method: "POST", fields, body: endless });
  assert.equal((await problemOf(chunked)).status, 413);
  assert.ok(pieces < 30, `read ${pieces} pieces`);
  assert.equal(admin.engine.purges.length, 1);
});

test("POST /v1/purge tells why the engine refused", async () => {
  const admin = fakeAdmin();
  const refusals = [["invalid", 422, null], ["too-many-bans", 429, "1"], ["not-durable", 503, null]] as const;
  for (const [refusal, status, retryAfter] of refusals) {
    admin.engine.refusal = new PurgeError(refusal, `Cannot purge: ${refusal}`);
    const response = await admin.purge({ all: true });
    assert.equal(response.headers.get("retry-after"), retryAfter);
    const { detail, ...document } = await problemOf(response);
    assert.deepEqual([detail, document.status], [`Cannot purge: ${refusal}`, status]);
  }
  admin.engine.refusal = new Error("a fault");
  assert.equal((await admin.purge({ all: true })).status, 500);
  assert.deepEqual(admin.faults, [admin.engine.refusal]);
});

test("POST /v1/purge takes content that breaks off for no fault of the proxy", async () => {
  const admin = fakeAdmin();
  const body = new ReadableStream({
    pull: (controller) => controller.error(new Error("the client is gone")),
  });
  const fields = { "content-type": "application/json" };
  const response = await admin.askWithToken("/v1/purge", { method: "POST", fields, body });
  assert.equal((await problemOf(response)).status, 400);
  assert.deepEqual([admin.engine.purges, admin.faults], [[], []]);
});
