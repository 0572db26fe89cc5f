import { test } from "node:test";
import assert from "node:assert/strict";
import type { OriginClient, OriginRequest, OriginResponse } from "../../src/origin/origin-client.ts";
import { OriginError, type OriginFailure } from "../../src/origin/origin-error.ts";
import { RoundRobinOrigins } from "../../src/origin/round-robin-origins.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { originRequest as request } from "../support/origin-request.ts";

/** An origin that answers, or fails with what `failure` says at the time. */
class FakeOrigin implements OriginClient {
  readonly name: string;
  readonly requests: OriginRequest[] = [];
  failure: OriginFailure | undefined;
  hints = 0;
  closed = false;

  constructor(name: string, failure?: OriginFailure) {
    this.name = name;
    this.failure = failure;
  }

  async fetch(request: OriginRequest): Promise<OriginResponse> {
    this.requests.push(request);
    await Promise.resolve();
    for (let i = 0; i < this.hints; i++) request.onInformational?.(103, []);
    if (this.failure !== undefined) throw new OriginError(this.name, this.failure);
    return { status: 200, fields: [], body: null, framing: "none", origin: this.name };
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }
}

function balance(clock: ManualClock, ...origins: FakeOrigin[]): RoundRobinOrigins {
  return new RoundRobinOrigins(origins.map((client) => ({ name: client.name, client })), clock);
}

async function askedBy(origins: OriginClient, count: number): Promise<string> {
  let names = "";
  for (let i = 0; i < count; i++) names += (await origins.fetch(request())).origin;
  return names;
}

test("RoundRobinOrigins() needs an origin", () => {
  assert.throws(() => new RoundRobinOrigins([], new ManualClock()), RangeError);
});

test("fetch() takes the origins in turn", async () => {
  const origins = balance(new ManualClock(), new FakeOrigin("a"), new FakeOrigin("b"), new FakeOrigin("c"));
  assert.equal(await askedBy(origins, 7), "abcabca");
});

test("fetch() hands the request itself to a single origin, and neither repeats nor rests it", async () => {
  const only = new FakeOrigin("a", "connect");
  const origins = balance(new ManualClock(), only);
  const sent = request();
  await assert.rejects(origins.fetch(sent), { failure: "connect" });
  assert.deepEqual(only.requests, [sent]);
  assert.equal(only.requests[0], sent);
  assert.deepEqual(origins.resting, []);
});

test("fetch() tries the next origin once when no byte of a response came", async () => {
  for (const failure of ["connect", "connect-timeout", "reset", "first-byte-timeout"] as const) {
    for (const method of ["GET", "HEAD", "OPTIONS", "QUERY"]) {
      const origins = balance(new ManualClock(), new FakeOrigin("a", failure), new FakeOrigin("b"));
      assert.equal((await origins.fetch(request({ method }))).origin, "b");
    }
  }
});

test("fetch() gives up after the second origin", async () => {
  const members = [new FakeOrigin("a", "reset"), new FakeOrigin("b", "reset"), new FakeOrigin("c")];
  await assert.rejects(balance(new ManualClock(), ...members).fetch(request()), { failure: "reset", origin: "b" });
  assert.deepEqual(members.map(({ requests }) => requests.length), [1, 1, 0]);
});

test("fetch() does not repeat what another origin would not do better", async () => {
  const failures = ["aborted", "request-body", "malformed-response", "truncated", "total-timeout"] as const;
  for (const failure of failures) {
    const second = new FakeOrigin("b");
    const origins = balance(new ManualClock(), new FakeOrigin("a", failure), second);
    await assert.rejects(origins.fetch(request()), { failure });
    assert.equal(second.requests.length, 0);
  }
});

test("fetch() does not repeat an unsafe method, a body, or a request nobody waits for", async () => {
  const aborted = AbortSignal.abort();
  const body = new ReadableStream<Uint8Array>();
  for (const parts of [{ method: "POST" }, { method: "DELETE" }, { method: "QUERY", body }, { signal: aborted }]) {
    const second = new FakeOrigin("b");
    const origins = balance(new ManualClock(), new FakeOrigin("a", "reset"), second);
    await assert.rejects(origins.fetch(request(parts)), { failure: "reset" });
    assert.equal(second.requests.length, 0);
  }
});

test("fetch() does not repeat after a 1xx response, and passes that on", async () => {
  const first = new FakeOrigin("a", "reset");
  first.hints = 1;
  const second = new FakeOrigin("b");
  const seen: number[] = [];
  const sent = request({ onInformational: (status) => seen.push(status) });
  await assert.rejects(balance(new ManualClock(), first, second).fetch(sent), { failure: "reset" });
  assert.equal(second.requests.length, 0);
  assert.deepEqual(seen, [103]);
});

test("fetch() passes over an origin for 10 seconds that could not be connected to", async () => {
  const clock = new ManualClock();
  const broken = new FakeOrigin("a", "connect");
  const origins = balance(clock, broken, new FakeOrigin("b"), new FakeOrigin("c"));
  assert.equal(await askedBy(origins, 1), "b");
  assert.deepEqual(origins.resting, ["a"]);
  broken.failure = undefined;
  clock.advance(9_999);
  assert.equal(await askedBy(origins, 4), "cbcb");
  assert.equal(broken.requests.length, 1);
  clock.advance(1);
  assert.deepEqual(origins.resting, []);
  assert.equal(await askedBy(origins, 3), "cab");
});

test("fetch() does not rest an origin for other failures", async () => {
  const origins = balance(new ManualClock(), new FakeOrigin("a", "first-byte-timeout"), new FakeOrigin("b"));
  assert.equal(await askedBy(origins, 1), "b");
  assert.deepEqual(origins.resting, []);
});

test("fetch() asks resting origins when all rest, and wakes the one that answers", async () => {
  const members = [new FakeOrigin("a", "connect"), new FakeOrigin("b", "connect")];
  const origins = balance(new ManualClock(), ...members);
  await assert.rejects(origins.fetch(request()), { failure: "connect" });
  assert.deepEqual(origins.resting, ["a", "b"]);
  assert.deepEqual(origins.states, [{ name: "a", resting: true }, { name: "b", resting: true }]);
  members[1]!.failure = undefined;
  assert.equal(await askedBy(origins, 1), "b");
  assert.deepEqual(origins.resting, ["a"]);
  assert.deepEqual(origins.states, [{ name: "a", resting: true }, { name: "b", resting: false }]);
});

test("close() closes every origin", async () => {
  const members = [new FakeOrigin("a"), new FakeOrigin("b")];
  await balance(new ManualClock(), ...members).close();
  assert.deepEqual(members.map(({ closed }) => closed), [true, true]);
});
