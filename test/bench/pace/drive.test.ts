import assert from "node:assert/strict";
import { test } from "node:test";
import { Drive, type World } from "../../../bench/pace/drive.ts";
import { FramedReader } from "../../../bench/pace/framed-reader.ts";

/** What a look at the clock costs, so that time passes. */
const LOOK = 1;
const RESPONSE = new TextEncoder().encode("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
const PACE = { interval: 1000, count: 100, patience: 1e6 };

/** A server that answers each request after `service` nanoseconds, one at a time, and stalls once. */
class FakeServer implements World {
  readonly received = RESPONSE;
  readonly sent: number[] = [];
  readonly #service: number;
  readonly #stall: { readonly from: number; readonly until: number };
  readonly #answerAt = new Map<number, number>();
  #idleAt = 0;
  #now = 0;

  constructor(service: number, stall = { from: 0, until: 0 }) {
    this.#service = service;
    this.#stall = stall;
  }

  now(): number {
    return this.#now += LOOK;
  }

  send(connection: number): void {
    assert.ok(!this.#answerAt.has(connection), "a second request on a busy connection");
    this.sent.push(this.#now);
    const { from, until } = this.#stall;
    const begin = Math.max(this.#now, this.#idleAt);
    this.#idleAt = (begin >= from && begin < until ? until : begin) + this.#service;
    this.#answerAt.set(connection, this.#idleAt);
  }

  receive(connection: number): number {
    if ((this.#answerAt.get(connection) ?? Infinity) > this.#now) return 0;
    this.#answerAt.delete(connection);
    return RESPONSE.length;
  }
}

test("Drive sends at an even pace and counts from the time each request was due", () => {
  const server = new FakeServer(200);
  const drive = driven(server, 4);
  assert.equal(server.sent.length, PACE.count);
  const gaps = server.sent.slice(1).map((at, index) => at - server.sent[index]!);
  assert.ok(gaps.every((gap) => Math.abs(gap - PACE.interval) <= 10), String(gaps));
  assert.equal(drive.latency.total, PACE.count);
  assert.ok(drive.latency.percentile(0) >= 200 && drive.latency.max <= 210);
  assert.ok(drive.lateness.max <= 10);
  assert.equal(drive.queued, 0);
});

test("Drive counts a stall for every request that it holds up, and calls no such wait its own lateness", () => {
  const drive = driven(new FakeServer(200, { from: 20_000, until: 60_000 }), 2);
  assert.ok(drive.latency.max >= 39_000 && drive.latency.max <= 41_500, String(drive.latency.max));
  // A client that sends nothing while it waits would see two slow answers; these are all that were due meanwhile.
  assert.ok(drive.latency.percentile(0.7) > 10_000, String(drive.latency.percentile(0.7)));
  assert.ok(drive.queued > 35 && drive.queued < 60, String(drive.queued));
  assert.ok(drive.lateness.max <= 10, String(drive.lateness.max));
});

test("Drive gives up on a server that stays silent", () => {
  assert.throws(() => driven(new FakeServer(200, { from: 20_000, until: 1e9 }), 2), /the server is silent/);
});

function driven(server: World, connections: number): Drive {
  const drive = new Drive(server, Array.from({ length: connections }, () => new FramedReader()), PACE);
  drive.run();
  return drive;
}
