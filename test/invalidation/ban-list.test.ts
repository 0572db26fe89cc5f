import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Ban, BanSpec } from "../../src/invalidation/ban.ts";
import { BanList, type BanMark } from "../../src/invalidation/ban-list.ts";
import { compileBan } from "../../src/invalidation/compile-ban.ts";
import type { Verdict } from "../../src/invalidation/verdict.ts";
import { banSubject } from "../support/ban-subject.ts";

function tagged(tag: string): Ban {
  return compileBan({ where: [{ field: "tag", equals: tag }] });
}

function olderThan(over: number): Ban {
  return compileBan({ where: [{ field: "age", over }] });
}

/** A mark whose moment can be told from its sequence. */
function mark(sequence: number, soft = false): BanMark {
  return { sequence, at: sequence * 1000, soft };
}

const ALIVE: Verdict = { dead: false, staleSince: undefined };
const DEAD: Verdict = { dead: true, staleSince: undefined };

test("BanList.verdict() lets a ban reach what began before it, and nothing else", () => {
  const bans = new BanList();
  const subject = banSubject({ tags: ["a"] });
  assert.deepEqual(bans.verdict(subject, 0), ALIVE);
  assert.ok(bans.add(tagged("a"), mark(5)));
  assert.ok(bans.add(tagged("b"), mark(6)));
  assert.deepEqual([bans.size, bans.newest], [2, 6]);
  assert.deepEqual(bans.verdict(subject, 4), DEAD);
  assert.deepEqual(bans.verdict(subject, 5), ALIVE);
  assert.deepEqual(bans.verdict(subject, 6), ALIVE);
  assert.deepEqual(bans.verdict(banSubject({ tags: ["c"] }), 0), ALIVE);
});

test("BanList.verdict() makes stale by soft bans, from the first of them on, unless a hard one kills", () => {
  const bans = new BanList();
  const subject = banSubject({ tags: ["a", "b", "c"] });
  bans.add(tagged("a"), mark(1));
  bans.add(tagged("a"), mark(2, true));
  bans.add(tagged("x"), mark(3, true));
  bans.add(tagged("b"), mark(4, true));
  assert.deepEqual(bans.verdict(subject, 0), DEAD);
  assert.deepEqual(bans.verdict(subject, 1), { dead: false, staleSince: 2_000 });
  assert.deepEqual(bans.verdict(subject, 2), { dead: false, staleSince: 4_000 });
  assert.deepEqual(bans.verdict(subject, 4), ALIVE);
  bans.add(tagged("c"), mark(5));
  assert.deepEqual(bans.verdict(subject, 1), DEAD);
});

test("BanList.verdict() looks at the newest bans first and no further than it has to", () => {
  const looked: string[] = [];
  const watched = (name: string, result: boolean): Ban => ({
    ...tagged(name),
    matches: () => {
      looked.push(name);
      return result;
    },
  });
  const bans = new BanList();
  bans.add(watched("a", true), mark(1));
  bans.add(watched("b", true), mark(2));
  bans.add(watched("c", false), mark(3));
  bans.verdict(banSubject(), 0);
  assert.deepEqual(looked.splice(0), ["c", "b"]);
  bans.verdict(banSubject(), 2);
  assert.deepEqual(looked.splice(0), ["c"]);
  const verdict = bans.verdict(banSubject(), 3);
  assert.deepEqual(looked, []);
  assert.equal(bans.verdict(banSubject(), 4), verdict, "the same object each time");
});

test("BanList.verdict() takes the age at the moment of the ban, however long after it is asked", () => {
  const bans = new BanList();
  bans.add(olderThan(60), { sequence: 1, at: 100_000, soft: false });
  assert.deepEqual(bans.verdict(banSubject({ receivedAt: 39_000 }), 0), DEAD);
  assert.deepEqual(bans.verdict(banSubject({ receivedAt: 41_000 }), 0), ALIVE);
});

test("BanList.add() refuses distinct bans beyond its limit and goes on to take those that it holds", () => {
  const bans = new BanList(2);
  assert.ok(bans.add(tagged("a"), mark(1)));
  assert.ok(bans.add(tagged("a"), mark(2, true)));
  assert.equal(bans.add(tagged("b"), mark(3)), false);
  assert.deepEqual([bans.size, bans.newest], [2, 2]);
  assert.ok(bans.add(tagged("a"), mark(4)));
  assert.ok(bans.add(tagged("a"), mark(5, true)));
  assert.deepEqual([bans.size, bans.newest], [2, 5]);
  bans.retire(4);
  assert.ok(bans.add(tagged("b"), mark(6)));
  assert.equal(bans.add(tagged("c"), mark(7)), false);
});

test("BanList holds a thousand bans when not told otherwise", () => {
  const bans = new BanList();
  for (let i = 1; i <= 1_000; i++) assert.ok(bans.add(tagged(`t${i}`), mark(i)));
  assert.equal(bans.add(tagged("one more"), mark(1_001)), false);
  for (let i = 1_001; i <= 20_000; i++) assert.ok(bans.add(tagged(`t${1 + i % 1_000}`), mark(i)));
  assert.equal(bans.size, 1_000);
});

test("BanList.add() puts a ban that was longer on its way in its place, and never in that of a newer one", () => {
  const bans = new BanList();
  bans.add(tagged("a"), mark(5));
  bans.add(tagged("b"), mark(3));
  bans.add(tagged("c"), mark(4));
  bans.add(tagged("d"), mark(1));
  assert.ok(bans.add(tagged("a"), mark(2)));
  assert.deepEqual([...bans.records()].map(({ sequence }) => sequence), [1, 3, 4, 5]);
  assert.deepEqual(bans.verdict(banSubject({ tags: ["a"] }), 4), DEAD);
});

test("BanList.retire() drops what is no newer and keeps the rest", () => {
  const bans = new BanList();
  for (const [index, tag] of ["a", "b", "c"].entries()) bans.add(tagged(tag), mark(index + 1));
  bans.retire(0);
  assert.equal(bans.size, 3);
  bans.retire(2);
  assert.deepEqual([bans.size, bans.newest], [1, 3]);
  assert.deepEqual(bans.verdict(banSubject({ tags: ["a", "b"] }), 0), ALIVE);
  assert.deepEqual(bans.verdict(banSubject({ tags: ["c"] }), 0), DEAD);
  bans.retire(9);
  assert.deepEqual([bans.size, bans.newest, [...bans.records()].length], [0, 0, 0]);
  bans.add(tagged("d"), mark(10));
  assert.deepEqual(bans.verdict(banSubject({ tags: ["d"] }), 9), DEAD);
});

test("BanList.records() gives back all that is needed to make the same list again", () => {
  const bans = new BanList();
  const specs: BanSpec[] = [
    { where: [{ field: "path", glob: "/a/*" }, { field: "header", name: "X-Kind", regex: "^b" }] },
    { where: [{ field: "age", over: 10 }] },
  ];
  bans.add(compileBan(specs[0]), mark(1));
  bans.add(compileBan(specs[1]), mark(2, true));
  const written = [...bans.records()].map(({ ban, ...rest }) => ({ ...rest, spec: ban.spec }));
  assert.deepEqual(written, [
    { ...mark(1), spec: compileBan(specs[0]).spec },
    { ...mark(2, true), spec: compileBan(specs[1]).spec },
  ]);
  const again = new BanList();
  for (const { spec, ...rest } of JSON.parse(JSON.stringify(written))) again.add(compileBan(spec), rest);
  assert.deepEqual([...again.records()].map(({ ban, ...rest }) => ({ ...rest, spec: ban.spec })), written);
});

/** A step of a random history. */
type Step =
  | { readonly kind: "add"; readonly ban: Ban; readonly soft: boolean; readonly delay: number }
  | { readonly kind: "retire"; readonly upTo: number }
  | { readonly kind: "store"; readonly tags: readonly string[] }
  | { readonly kind: "look" };

const BANS = [tagged("a"), tagged("b"), tagged("c"), olderThan(0), olderThan(3), olderThan(8)];

function histories(steps: fc.Arbitrary<Step>): fc.Arbitrary<Step[]> {
  return fc.array(steps, { maxLength: 60 });
}

const adding = fc.record({
  kind: fc.constant("add" as const),
  ban: fc.constantFrom(...BANS),
  soft: fc.boolean(),
  delay: fc.nat(3_000),
});
const storing = fc.record({ kind: fc.constant("store" as const), tags: fc.subarray(["a", "b", "c", "d"]) });
const retiring = fc.record({ kind: fc.constant("retire" as const), upTo: fc.nat(40) });
const looking = fc.constant({ kind: "look" as const });

/** All bans that were asked for and not yet retired, in order, and the list that is put to the test. */
class History {
  readonly bans = new BanList(100);
  readonly stored: { readonly began: number; readonly subject: ReturnType<typeof banSubject> }[] = [];
  asked: { readonly ban: Ban; readonly mark: BanMark }[] = [];
  sequence = 0;
  now = 0;

  run(step: Step): void {
    if (step.kind === "add") this.#add(step.ban, step.soft, step.delay);
    if (step.kind === "store") this.#store(step.tags);
    if (step.kind === "retire") this.#retire(step.upTo);
  }

  #add(ban: Ban, soft: boolean, delay: number): void {
    this.now += delay;
    const added = { sequence: ++this.sequence, at: this.now, soft };
    this.asked.push({ ban, mark: added });
    assert.ok(this.bans.add(ban, added));
  }

  #store(tags: readonly string[]): void {
    this.now += 1;
    this.stored.push({ began: this.sequence, subject: banSubject({ tags, receivedAt: this.now }) });
  }

  #retire(upTo: number): void {
    this.asked = this.asked.filter(({ mark }) => mark.sequence > upTo);
    this.bans.retire(upTo);
  }
}

/** What the list holds: of those that say the same, the last. */
function lastOfEach(asked: History["asked"]): History["asked"] {
  return asked.filter(({ ban, mark }, index) =>
    !asked.slice(index + 1).some((later) => later.ban.text === ban.text && later.mark.soft === mark.soft)
  );
}

test("BanList.verdict() is what comparing with each ban that it holds would say, in any history", () => {
  fc.assert(
    fc.property(histories(fc.oneof(adding, storing, retiring, looking)), (steps) => {
      const history = new History();
      for (const step of steps) {
        history.run(step);
        const held = lastOfEach(history.asked);
        const records = [...history.bans.records()].map(({ ban, sequence }) => `${sequence} ${ban.text}`);
        assert.deepEqual(records, held.map(({ ban, mark: { sequence } }) => `${sequence} ${ban.text}`));
        assert.equal(history.bans.size, held.length);
        assert.equal(history.bans.newest, held.at(-1)?.mark.sequence ?? 0);
        if (step.kind !== "look") continue;
        for (const { began, subject } of history.stored) {
          const covering = held.filter(({ ban, mark }) => mark.sequence > began && ban.matches(subject, mark.at));
          const dead = covering.some(({ mark }) => !mark.soft);
          const staleSince = dead ? undefined : covering[0]?.mark.at;
          assert.deepEqual(history.bans.verdict(subject, began), { dead, staleSince });
        }
      }
    }),
    { numRuns: 500 },
  );
});

test("BanList loses no ban by putting another in its place: what began before any of them is still reached", () => {
  fc.assert(
    fc.property(histories(fc.oneof(adding, storing)), (steps) => {
      const history = new History();
      for (const step of steps) history.run(step);
      for (const { began, subject } of history.stored) {
        const covering = history.asked.filter(({ ban, mark }) =>
          mark.sequence > began && ban.matches(subject, mark.at)
        );
        const verdict = history.bans.verdict(subject, began);
        if (covering.some(({ mark }) => !mark.soft)) assert.ok(verdict.dead);
        else if (covering.length > 0) assert.notEqual(verdict.staleSince, undefined);
      }
    }),
    { numRuns: 500 },
  );
});
