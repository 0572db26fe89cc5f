/**
 * Arrivals, headers, bodies, failures, departures and purges in any order, in virtual time, beside a small reference
 * that says who may get what: no wrong share, no lost waiter, nothing left behind. `LACQUER_SEED` names the first seed,
 * and so repeats one; `LACQUER_SEEDS` says how many there are.
 */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import type { CoalescingStats } from "../../src/engine/coalescing-counters.ts";
import type { Handle } from "../support/coalescing-client.ts";
import { bytesOf } from "../support/coalescing-bytes.ts";
import type { Fields } from "../support/coalescing-fields.ts";
import { runModel } from "../support/coalescing-model.ts";
import { CoalescingReference, type ReferenceRules } from "../support/coalescing-reference.ts";
import { shorten } from "../support/coalescing-shorten.ts";
import { barrier, originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

const FIRST = Number(process.env["LACQUER_SEED"] ?? 1);
const SEEDS = Number(process.env["LACQUER_SEEDS"] ?? 10_000);
/** So few that no test runs into the time limit of its runtime. */
const SEEDS_PER_TEST = 500;

/** What has to happen now and then, or else the check is of nothing. */
const OCCURRING = [
  "waiters",
  "shares",
  "rebuckets",
  "releases",
  "gaveUp",
  "hedges",
  "reelections",
  "wasted",
  "resumes",
] as const;

for (let first = FIRST; first < FIRST + SEEDS; first += SEEDS_PER_TEST) {
  const end = Math.min(first + SEEDS_PER_TEST, FIRST + SEEDS);
  test(`no order of events shares what it must not, loses a waiter or leaves anything (seeds ${first} to ${end - 1})`, async () => {
    const seen: CoalescingStats[] = [];
    for (let seed = first; seed < end; seed++) {
      const { fault, counted } = await runModel(seed);
      if (fault !== undefined) await explain(seed);
      seen.push(counted);
    }
    if (seen.length < SEEDS_PER_TEST) return;
    const missing = OCCURRING.filter((counter) => seen.every((counted) => counted[counter] === 0));
    assert.deepEqual(missing, [], "never happened");
  });
}

async function explain(seed: number): Promise<never> {
  const { fault, trace } = await shorten(seed);
  throw new Error(`${fault}: repeat with LACQUER_SEED=${seed} LACQUER_SEEDS=1\n${trace.join("\n")}`);
}

test("requests for one cold key that does not vary make no more than maxSpeculative origin requests", async () => {
  for (const maxSpeculative of [1, 2, 3, 4]) {
    const proxy = startProxy({ coalescing: { maxSpeculative } });
    const gate = barrier();
    proxy.origin.respond(async () => {
      await gate.passed;
      return originResponse("the page", { "cache-control": "max-age=60" });
    });
    const accepts = Array.from({ length: 60 }, (_, client) => ({ accept: `text/x-${client % 12}` }));
    const waiting = accepts.map((headers) => proxy.getText("/page", { headers }));
    await settled();
    gate.open();
    assert.deepEqual(new Set(await Promise.all(waiting)), new Set(["the page"]));
    assert.equal(proxy.origin.requests.length, maxSpeculative);
    assert.equal(proxy.engine.coalescing.waiters, 60 - maxSpeculative);
  }
});

/** What the origin said to client 0, and what is wrong with giving it to client 1. */
interface Case {
  readonly name: string;
  readonly fields: Fields;
  readonly wrong?: RegExp;
  readonly first?: Fields;
  readonly second?: Fields;
  readonly rules?: Partial<ReferenceRules>;
  /** Milliseconds until client 1 has it; it asks before the answer by default, and after it where this is given. */
  readonly later?: number;
  readonly purge?: boolean;
  readonly status?: number;
}

const CASES: readonly Case[] = [
  { name: "fresh", fields: { "cache-control": "max-age=10" }, later: 9_000 },
  { name: "old", fields: { "cache-control": "max-age=10" }, later: 10_000, wrong: /^stale/ },
  { name: "no-store", fields: { "cache-control": "no-store, max-age=10" }, wrong: /^no-store/ },
  { name: "private", fields: { "cache-control": "private, max-age=10" }, wrong: /^private/ },
  { name: "Set-Cookie", fields: { "cache-control": "max-age=10", "set-cookie": "a=1" }, wrong: /^a cookie/ },
  { name: "no words at all", fields: {}, wrong: /^stale on arrival/ },
  {
    name: "another variant",
    fields: { "cache-control": "max-age=10", vary: "accept" },
    second: { accept: "b" },
    wrong: /^another variant/,
  },
  { name: "the same variant", fields: { "cache-control": "max-age=10", vary: "accept" } },
  { name: "Vary: *", fields: { "cache-control": "max-age=10", vary: "*" }, wrong: /^another variant/ },
  {
    name: "authorised",
    fields: { "cache-control": "max-age=10" },
    first: { authorization: "a" },
    wrong: /authorised client/,
  },
  {
    name: "authorised, for all",
    fields: { "cache-control": "public, max-age=10" },
    first: { authorization: "a" },
  },
  { name: "purged", fields: { "cache-control": "max-age=10" }, purge: true, later: 0, wrong: /^begun before/ },
  { name: "stale at once, waited for", fields: { "cache-control": "max-age=0" } },
  { name: "stale at once, come later", fields: { "cache-control": "max-age=0" }, later: 0, wrong: /^stale/ },
  {
    name: "stale at once, of another visitor",
    fields: { "cache-control": "max-age=0" },
    second: { cookie: "b" },
    wrong: /another visitor/,
  },
  {
    name: "stale at once, of another visitor, on a public route",
    fields: { "cache-control": "max-age=0" },
    second: { cookie: "b" },
    rules: { isPublic: true },
  },
  {
    name: "stale at once, must-revalidate",
    fields: { "cache-control": "max-age=0, must-revalidate" },
    wrong: /nothing allows/,
  },
  { name: "no-cache", fields: { "cache-control": "no-cache" }, wrong: /nothing allows/ },
  { name: "no-cache, shared by choice", fields: { "cache-control": "no-cache" }, rules: { shareNoCache: true } },
  {
    name: "stale-while-revalidate",
    fields: { "cache-control": "max-age=1, stale-while-revalidate=5" },
    later: 5_000,
  },
  {
    name: "stale-if-error without an error",
    fields: { "cache-control": "max-age=1, stale-if-error=5" },
    later: 5_000,
    wrong: /^stale/,
  },
  { name: "304 to no condition", fields: { "cache-control": "max-age=10" }, status: 304, wrong: /^304/ },
  { name: "206 to no range", fields: { "cache-control": "max-age=10" }, status: 206, wrong: /^206/ },
];

test("the reference tells what may be shared from what may not", () => {
  for (const { name, fields, wrong, first = {}, second = {}, rules, later, purge, status = 200 } of CASES) {
    let now = 0;
    const reference = new CoalescingReference({ isPublic: false, shareNoCache: false, now: () => now, ...rules });
    const base = { method: "GET", path: "/a" };
    const asks = (id: number, more: Fields) => reference.arrived({ id, ...base, fields: { accept: "a", ...more } });
    asks(0, first);
    if (later === undefined) asks(1, second);
    reference.asked({ client: 0, ...base, fields: { accept: "a", ...first } });
    reference.answered(0, { status: 200, fields, represents: 0, size: 3 });
    reference.settled();
    if (purge) reference.purged("/a");
    now += later ?? 0;
    if (later !== undefined) asks(1, second);
    const verdict = reference.judge(1, { status, header: (field) => field.startsWith("x-") ? "0" : null });
    assert.match(verdict ?? "nothing wrong", wrong ?? /^nothing wrong$/, name);
    assert.equal(reference.judge(0, { status: 200, header: () => "0" }), undefined, `${name}, to whom it belongs`);
  }
});

test("the reference knows the bytes of every exchange", () => {
  const reference = new CoalescingReference({ isPublic: false, shareNoCache: false, now: () => 0 });
  const asked = { method: "GET", path: "/a", fields: {} };
  reference.arrived({ id: 0, ...asked });
  reference.asked({ client: 0, ...asked });
  reference.answered(0, { status: 200, fields: {}, represents: 0, size: 4 });
  const response = { status: 200, header: () => "0" };
  const judge = (bytes: Uint8Array, whole = true, unread = 0) =>
    reference.judgeBody(0, { response, bytes, whole, unread });
  assert.equal(judge(bytesOf(0, 4)), undefined);
  assert.match(judge(bytesOf(1, 4)) ?? "", /byte 0 is not that of exchange 0/);
  assert.match(judge(bytesOf(0, 3)) ?? "", /complete at 3 of 4 bytes/);
  assert.match(judge(bytesOf(0, 5)) ?? "", /byte 4 is not/);
  assert.match(judge(bytesOf(0, 3), false, 59_999) ?? "", /broken off though its origin was not/);
  assert.equal(judge(bytesOf(0, 3), false, 60_000), undefined);
  reference.bodyFailed(0);
  assert.equal(judge(bytesOf(0, 3), false), undefined);
});

/** Faults planted between the clients and the engine, and what the check says of them. */
const PLANTED: readonly (readonly [name: string, tamper: (handle: Handle) => Handle, fault: RegExp])[] = [
  ["a waiter is forgotten", forgetful, /^lost waiter|^clients without an answer/],
  ["a byte is changed", changing((bytes) => bytes.map((byte, at) => at === 0 ? byte ^ 1 : byte)), /byte 0 is not that/],
  ["a body is cut", changing((bytes) => bytes.subarray(0, -1)), /complete at \d+ of \d+ bytes/],
  ["what is private is shared", keeping(/private/), /: private for another client/],
  ["what was purged is shared", keeping(/max-age=10$/), /: begun before the purge/],
  ["what is stale is shared", keeping(/max-age=1\b/), /: stale: /],
  ["an error is invented", inventing, /: a 502 though nothing had failed/],
];

test("a planted fault is found", async () => {
  for (const [name, tamper, wanted] of PLANTED) {
    const faults: string[] = [];
    for (let seed = 1; seed <= 300 && !faults.some((fault) => wanted.test(fault)); seed++) {
      faults.push((await runModel(seed, { tamper })).fault ?? "");
    }
    assert.match(faults.at(-1)!, wanted, `${name}: ${[...new Set(faults)].join("\n")}`);
  }
});

/** Never answers the third request. */
function forgetful(handle: Handle): Handle {
  let asked = 0;
  return (request) => {
    const answer = handle(request);
    return ++asked === 3 ? new Promise(() => {}) : answer;
  };
}

/** Makes something else of each body. */
function changing(change: (bytes: Uint8Array) => Uint8Array): (handle: Handle) => Handle {
  return (handle) => async (request) => {
    const response = await handle(request);
    if (response.body === null || response.headers.get("content-length") === "0") return response;
    const changed = response.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform: (chunk, controller) => controller.enqueue(change(chunk)),
      }),
    );
    return new Response(changed, response);
  };
}

/** A naive cache: the first answer to a request is the answer to all like it, whoever asks and whatever happens. */
function keeping(kind: RegExp): (handle: Handle) => Handle {
  return (handle) => {
    const kept = new Map<string, { readonly response: Response; readonly bytes: Uint8Array<ArrayBuffer> }>();
    return async (request) => {
      const fields = ["accept", "cookie", "authorization"].map((name) => request.headers.get(name));
      const name = [request.method, request.url, ...fields].join(" ");
      const isPlain = request.method === "GET" && !request.headers.has("range") &&
        !request.headers.has("if-none-match");
      const known = isPlain ? kept.get(name) : undefined;
      if (known !== undefined) return new Response(known.bytes, known.response);
      const response = await handle(request);
      if (!isPlain || response.status !== 200 || !kind.test(response.headers.get("cache-control") ?? "")) {
        return response;
      }
      if (response.body === null) return response;
      const bytes: number[] = [];
      const noted = new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, controller) {
          bytes.push(...chunk);
          controller.enqueue(chunk);
        },
        flush: () => void kept.set(name, { response, bytes: Uint8Array.from(bytes) }),
      });
      return new Response(response.body.pipeThrough(noted), response);
    };
  };
}

/** Says of the third request that the origin has failed. */
function inventing(handle: Handle): Handle {
  let asked = 0;
  return (request) => ++asked === 3 ? new Response("Bad Gateway\n", { status: 502 }) : handle(request);
}
