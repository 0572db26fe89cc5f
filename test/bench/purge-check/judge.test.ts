import assert from "node:assert/strict";
import { test } from "node:test";
import { describeViolation, Judge, type Violation } from "../../../bench/purge-check/judge.ts";

/** An event of a history: one that makes a version the oldest allowed, the start of a request, or what it got. */
type Event =
  | readonly ["ack", key: number, version: number]
  | readonly ["start", request: string, key: number]
  | readonly ["see", request: string, version: number];

/** The violations in a history, whose events are a millisecond apart. */
function violationsIn(history: readonly Event[]): Violation[] {
  const judge = new Judge();
  const readings = new Map<string, ReturnType<Judge["start"]>>();
  const found: Violation[] = [];
  for (const [at, event] of history.entries()) {
    if (event[0] === "ack") judge.acknowledge(event[1], { version: event[2], at, by: `purge ${event[2]}` });
    else if (event[0] === "start") readings.set(event[1], judge.start(event[2], at));
    else {
      const violation = judge.see(readings.get(event[1])!, { version: event[2], at, how: "get" });
      if (violation !== undefined) found.push(violation);
    }
  }
  return found;
}

const INNOCENT: Readonly<Record<string, readonly Event[]>> = {
  "nothing was purged": [["start", "a", 1], ["see", "a", 1]],
  "the new version after its purge": [["ack", 1, 2], ["start", "a", 1], ["see", "a", 2]],
  "a newer one, whose own purge is not yet acknowledged": [["ack", 1, 2], ["start", "a", 1], ["see", "a", 3]],
  "the old one, by a request that started before the acknowledgement": [
    ["start", "a", 1],
    ["ack", 1, 2],
    ["see", "a", 1],
  ],
  "the old one of another key": [["ack", 1, 2], ["start", "a", 2], ["see", "a", 1]],
  "one between two acknowledgements, by a request that started between them": [
    ["ack", 1, 2],
    ["start", "a", 1],
    ["ack", 1, 5],
    ["see", "a", 3],
  ],
};

for (const [name, history] of Object.entries(INNOCENT)) {
  test(`Judge.see() finds no violation in ${name}`, () => assert.deepEqual(violationsIn(history), []));
}

const GUILTY: Readonly<Record<string, readonly Event[]>> = {
  "the old version after its purge": [["ack", 1, 2], ["start", "a", 1], ["see", "a", 1]],
  "a version that was already old at the last but one purge": [
    ["ack", 1, 2],
    ["ack", 1, 7],
    ["start", "a", 1],
    ["see", "a", 6],
  ],
  "the old version once the new one was seen": [
    ["ack", 1, 2],
    ["start", "a", 1],
    ["see", "a", 2],
    ["start", "b", 1],
    ["see", "b", 1],
  ],
  "what lies between acknowledgements that came in another order": [
    ["ack", 1, 5],
    ["ack", 1, 4],
    ["start", "a", 1],
    ["see", "a", 4],
  ],
  "an answer long after a purge that came just before its request": [
    ["start", "other", 1],
    ["ack", 1, 2],
    ["start", "a", 1],
    ["see", "other", 1],
    ["see", "a", 1],
  ],
};

for (const [name, history] of Object.entries(GUILTY)) {
  test(`Judge.see() finds one violation in ${name}`, () => assert.equal(violationsIn(history).length, 1));
}

test("Judge keeps the last twenty events of a key, and none of another", () => {
  const judge = new Judge();
  for (let at = 0; at < 1000; at++) judge.note(1, at, `event ${at}`);
  judge.note(2, 1000, "of another key");
  judge.acknowledge(1, { version: 2, at: 1001, by: "a purge" });
  const violation = judge.see(judge.start(1, 1002), { version: 1, at: 1003, how: "get" });
  assert.equal(violation?.history.length, 20);
  assert.deepEqual(violation?.history.slice(0, 1), [{ at: 982, text: "event 982" }]);
  assert.match(violation?.history.at(-1)?.text ?? "", /^version 1 seen, asked for at 1002\.00 ms: get$/);
});

test("describeViolation() tells seed, key, versions, times, what was purged, and the history", () => {
  const [violation] = violationsIn([["ack", 7, 2], ["start", "a", 7], ["see", "a", 1]]);
  const text = describeViolation(violation!, 42);
  for (const part of ["seed 42", "key 7", "version 1 was seen at 2.00 ms", "version 2 was acknowledged at 0.00 ms"]) {
    assert.ok(text.includes(part), `${part} in ${text}`);
  }
  assert.match(text, /by purge 2\..*\n +0\.00 ms +version 2 acknowledged: purge 2\n/);
});
