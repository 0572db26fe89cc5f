import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { compileBan } from "../../src/invalidation/compile-ban.ts";
import type { EpochScope } from "../../src/invalidation/epochs.ts";
import { type CompiledPurge, Purges } from "../../src/invalidation/purges.ts";
import { compiledOf, recordOf } from "../../src/invalidation/purge-record.ts";
import { banSubject } from "../support/ban-subject.ts";

const SUBJECT = { uri: "http://a/x", tags: ["t"] };

function scoped(scope: EpochScope, soft = false): CompiledPurge {
  return { scopes: [scope], bans: [], soft };
}

function banning(status: number, soft = false): CompiledPurge {
  return { scopes: [], bans: [compileBan({ where: [{ field: "status", equals: status }] })], soft };
}

function apply(purges: Purges, purge: CompiledPurge): void {
  const sequence = purges.order.advance();
  purges.apply(purge, { sequence, at: sequence * 1000 });
}

const judge = (purges: Purges, since: number) => purges.judge(SUBJECT, since, () => banSubject(SUBJECT));

test("Purges.judge() asks what bans look at only where there is a newer ban", () => {
  const purges = new Purges();
  const fail = () => assert.fail("described");
  apply(purges, banning(200));
  apply(purges, scoped({ kind: "tag", tag: "other" }));
  assert.deepEqual(purges.judge(SUBJECT, 2, fail), { dead: false, staleSince: undefined });
  assert.deepEqual(purges.judge(SUBJECT, 1, fail), { dead: false, staleSince: undefined });
  assert.equal(judge(purges, 0).dead, true);
});

test("Purges.judge() tells since when something is stale, unless it is dead", () => {
  const purges = new Purges();
  apply(purges, scoped({ kind: "tag", tag: "t" }, true));
  assert.deepEqual(judge(purges, 0), { dead: false, staleSince: 1000 });
  apply(purges, banning(200, true));
  assert.deepEqual(judge(purges, 1), { dead: false, staleSince: 2000 });
  assert.deepEqual(judge(purges, 0), { dead: false, staleSince: 1000 });
  apply(purges, banning(200));
  assert.deepEqual(judge(purges, 0), { dead: true, staleSince: undefined });
});

test("Purges.apply() takes a ban for which there is no room for a purge of everything", () => {
  for (const soft of [false, true]) {
    const purges = new Purges();
    const other = (tag: string) => compileBan({ where: [{ field: "tag", equals: tag }] });
    for (let count = 1; count <= 1000; count++) apply(purges, { scopes: [], bans: [other(`other-${count}`)], soft });
    assert.deepEqual(judge(purges, 0), { dead: false, staleSince: undefined });
    apply(purges, { scopes: [], bans: [other("one-too-many")], soft });
    assert.equal(purges.bans, 1000);
    assert.deepEqual(judge(purges, 0), { dead: !soft, staleSince: soft ? 1_001_000 : undefined });
  }
});

test("Purges.isUntouched() is of the URI alone", () => {
  const purges = new Purges();
  apply(purges, banning(200));
  apply(purges, scoped({ kind: "tag", tag: "t" }));
  assert.equal(purges.isUntouched(SUBJECT.uri, 0), true);
  apply(purges, scoped({ kind: "prefix", prefix: "/x" }, true));
  assert.deepEqual([purges.isUntouched(SUBJECT.uri, 2), purges.isUntouched(SUBJECT.uri, 3)], [false, true]);
});

test("Purges.records() tell all that the purges do, written down and read again", () => {
  const scope = fc.constantFrom<EpochScope>(
    { kind: "tag", tag: "t" },
    { kind: "url", url: "http://a/x" },
    { kind: "host", host: "b" },
    { kind: "prefix", prefix: "/x" },
    { kind: "all" },
  );
  const ban = fc.constantFrom(200, 404).map((status) => banning(status).bans[0]!);
  const purge = fc.record({
    scopes: fc.array(scope, { maxLength: 3 }),
    bans: fc.array(ban, { maxLength: 2 }),
    soft: fc.boolean(),
  });
  fc.assert(fc.property(fc.array(purge, { maxLength: 12 }), fc.nat(12), fc.nat(12), (all, retired, since) => {
    const purges = new Purges();
    for (const one of all) apply(purges, one);
    purges.retire(retired);
    const again = new Purges(purges.order);
    for (const { purge: one, mark } of purges.records()) {
      again.apply(compiledOf(JSON.parse(JSON.stringify(recordOf(one, mark)))), mark);
    }
    assert.deepEqual(judge(again, since), judge(purges, since));
    assert.deepEqual([again.scopes, again.bans], [purges.scopes, purges.bans]);
    const sequences = purges.records().map(({ mark }) => mark.sequence);
    assert.deepEqual(sequences, [...new Set(sequences)].sort((a, b) => a - b));
  }));
});
