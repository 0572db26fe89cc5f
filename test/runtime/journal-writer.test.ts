/**
 * The journal on a disk that fails when it is told to and knows what a crash would leave of it. LACQUER_SEED repeats a
 * run of the random ones, LACQUER_RUNS says how many there are.
 */
import assert from "node:assert/strict";
import process from "node:process";
import { test } from "node:test";
import type { PurgeRecord } from "../../src/invalidation/purge-request.ts";
import { readJournal } from "../../src/runtime/journal-format.ts";
import { JournalWriter } from "../../src/runtime/journal-writer.ts";
import { journalPath, putInPlace, writeAside } from "../../src/runtime/write-aside.ts";
import { Draw } from "../support/coalescing-draw.ts";
import { type DiskOperation, MemoryDisk } from "../support/memory-disk.ts";
import { purgeRecord, purgeRecords, sequencesOf } from "../support/purge-records.ts";

const SEED = Number(process.env["LACQUER_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const RUNS = Number(process.env["LACQUER_RUNS"] ?? 15);
const DIRECTORY = "state";
const PATH = journalPath(DIRECTORY);

async function openWriter() {
  const disk = new MemoryDisk();
  const journal = await writeAside(disk, DIRECTORY, []);
  await putInPlace(disk, DIRECTORY);
  await disk.syncDirectory();
  disk.operations.length = 0;
  const state = { released: 0 };
  const release = () => {
    state.released++;
    return Promise.resolve();
  };
  const log = new JournalWriter(journal, { disk, directory: DIRECTORY, newest: { sequence: 0, at: 0 }, release });
  return { disk, log, state };
}

/** What another process would find. */
function sequencesOn(disk: MemoryDisk): number[] {
  const reading = readJournal(disk.bytesOf(PATH) ?? new Uint8Array());
  assert.equal(reading.isDamaged, false);
  return sequencesOf(reading.records);
}

/** Fails the first of these operations from now on. */
function failOnce(disk: MemoryDisk, ...operations: DiskOperation[]): void {
  const left = new Set(operations);
  disk.before = (operation) => {
    if (left.delete(operation)) throw new Error(`no ${operation}`);
  };
}

/** Holds every operation of a kind until it is let go. */
function hold(disk: MemoryDisk, kind: DiskOperation): () => void {
  const held = Promise.withResolvers<void>();
  disk.before = (operation) => operation === kind ? held.promise : undefined;
  return held.resolve;
}

/** Lets everything that is ready to run do so. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test("append() resolves once the record is on disk, and not before", async () => {
  const { disk, log } = await openWriter();
  const letGo = hold(disk, "sync");
  let isDone = false;
  const appended = log.append(purgeRecord(1)).then(() => isDone = true);
  await turn();
  assert.deepEqual([sequencesOn(disk), isDone], [[1], false]);
  letGo();
  await appended;
  assert.deepEqual(disk.operations, ["write", "sync"]);
  assert.equal(log.bytes, disk.bytesOf(PATH)?.length);
});

test("append() gathers what comes while a write is under way, and what comes in one turn", async () => {
  const { disk, log } = await openWriter();
  const letGo = hold(disk, "sync");
  const first = [log.append(purgeRecord(1)), log.append(purgeRecord(2))];
  await turn();
  const rest = purgeRecords(3, 10_000).map((record) => log.append(record));
  await turn();
  letGo();
  await Promise.all([...first, ...rest]);
  assert.deepEqual(disk.operations, ["write", "sync", "write", "sync"]);
  assert.equal(sequencesOn(disk).length, 10_000);
});

test("append() refuses a sequence that is not above all before", async () => {
  const { disk, log } = await openWriter();
  await log.append(purgeRecord(5));
  for (const sequence of [5, 4, NaN]) await assert.rejects(log.append(purgeRecord(sequence)), RangeError);
  await log.append(purgeRecord(9));
  assert.deepEqual(sequencesOn(disk), [5, 9]);
});

for (const failing of ["write", "sync"] as const) {
  test(`append() rejects a whole batch when its ${failing} fails, and leaves nothing of it behind`, async () => {
    const { disk, log } = await openWriter();
    await log.append(purgeRecord(1));
    failOnce(disk, failing);
    const failed = purgeRecords(2, 4).map((record) => assert.rejects(log.append(record), /^Error: no /));
    await turn();
    await Promise.all([...failed, log.append(purgeRecord(5))]);
    assert.deepEqual(sequencesOn(disk), [1, 5]);
    assert.equal(log.bytes, disk.bytesOf(PATH)?.length);
  });

  test(`append() and rewrite() reject for good when a ${failing} that failed cannot be taken back`, async () => {
    const { disk, log } = await openWriter();
    failOnce(disk, failing, "truncate");
    await assert.rejects(log.append(purgeRecord(1)), new RegExp(`no ${failing}`));
    const message =
      /^Error: Cannot write to the journal of purges in "state": a write that failed could not be taken back/;
    await assert.rejects(log.append(purgeRecord(2)), message);
    await assert.rejects(log.rewrite([]), message);
    await log.close();
  });
}

test("rewrite() puts its records in the place of those before, and appends made after it come behind", async () => {
  const { disk, log } = await openWriter();
  const before = purgeRecords(1, 5).map((record) => log.append(record));
  const rewritten = log.rewrite([purgeRecord(2), purgeRecord(5)]);
  const after = purgeRecords(6, 7).map((record) => log.append(record));
  await Promise.all([...before, rewritten, ...after]);
  assert.deepEqual(sequencesOn(disk), [2, 5, 6, 7]);
  assert.equal(log.bytes, disk.bytesOf(PATH)?.length);
  assert.deepEqual(disk.operations, [
    ...["write", "sync"],
    ...["create", "write", "write", "sync", "rename", "syncDirectory"],
    ...["write", "sync"],
  ]);
});

test("rewrite() keeps the last place taken, so that sequences never begin again below it", async () => {
  const { disk, log } = await openWriter();
  await log.rewrite([]);
  assert.deepEqual(sequencesOn(disk), []);
  await log.append(purgeRecord(7));
  await log.rewrite([]);
  const { records } = readJournal(disk.bytesOf(PATH) ?? new Uint8Array());
  assert.deepEqual(records, [{ sequence: 7, at: purgeRecord(7).at, soft: false, scopes: [] }]);
  await assert.rejects(log.append(purgeRecord(7)), RangeError);
  await log.rewrite(purgeRecords(1, 9));
  await assert.rejects(log.append(purgeRecord(9)), RangeError);
});

test("rewrite() refuses records whose sequences do not ascend", async () => {
  const { disk, log } = await openWriter();
  await log.append(purgeRecord(1));
  await assert.rejects(log.rewrite([purgeRecord(3), purgeRecord(2)]), RangeError);
  await assert.rejects(log.rewrite([purgeRecord(0)]), RangeError);
  assert.deepEqual(sequencesOn(disk), [1]);
});

test("rewrite() writes the records as they were when it was called", async () => {
  const { disk, log } = await openWriter();
  const records = purgeRecords(1, 3);
  const rewritten = log.rewrite(records);
  records.length = 0;
  await rewritten;
  assert.deepEqual(sequencesOn(disk), [1, 2, 3]);
});

for (const failing of ["create", "write", "sync", "rename"] as const) {
  test(`rewrite() that fails at ${failing} leaves the journal as it was, and it goes on`, async () => {
    const { disk, log } = await openWriter();
    await log.append(purgeRecord(1));
    failOnce(disk, failing);
    await assert.rejects(log.rewrite([]), new RegExp(`no ${failing}`));
    await log.append(purgeRecord(2));
    assert.deepEqual(sequencesOn(disk), [1, 2]);
    await log.rewrite([purgeRecord(2)]);
    assert.deepEqual(sequencesOn(disk), [2]);
  });
}

test("append() rejects for good when the directory could not be synced after rewrite()", async () => {
  const { disk, log } = await openWriter();
  failOnce(disk, "syncDirectory");
  await assert.rejects(log.rewrite([]), /its directory could not be synced/);
  await assert.rejects(log.append(purgeRecord(1)), /its directory could not be synced/);
});

test("close() waits for what is being written, lets go once, and refuses what comes after", async () => {
  const { disk, log, state } = await openWriter();
  const appended = log.append(purgeRecord(1));
  const closed = [log.close(), log.close()];
  await assert.rejects(log.append(purgeRecord(2)), /it is closed/);
  await assert.rejects(log.rewrite([]), /it is closed/);
  assert.equal(state.released, 0);
  await Promise.all([...closed, appended]);
  assert.deepEqual([state.released, sequencesOn(disk)], [1, [1]]);
});

/** Appends and rewrites at random, with faults if so wanted, and looks before each operation what a crash would leave. */
async function crashEverywhere(seed: number, faults: boolean): Promise<number> {
  const draw = new Draw(seed);
  const { disk, log } = await openWriter();
  const acknowledged = new Set<number>();
  const known: PurgeRecord[] = [];
  let images = 0;
  const look = () => {
    const afterKill = disk.bytesOf(PATH);
    for (const bytes of [afterKill, disk.afterPowerLoss(PATH, draw), disk.afterPowerLoss(PATH, draw)]) {
      const reading = readJournal(bytes ?? new Uint8Array());
      const found = new Set(sequencesOf(reading.records));
      // What failed and what came in its place may be mixed then; and it counts as a purge of everything.
      if (reading.isDamaged && faults && bytes !== afterKill) continue;
      assert.equal(reading.isDamaged, false, `seed ${seed}`);
      for (const sequence of acknowledged) assert.ok(found.has(sequence), `${sequence} is missing: seed ${seed}`);
      images++;
    }
  };
  disk.before = async () => {
    look();
    for (let wait = draw.below(3); wait > 0; wait--) await Promise.resolve();
    look();
    if (faults && draw.chance(10)) throw new Error("no disk");
  };
  const under: Promise<unknown>[] = [];
  for (let sequence = 1; sequence <= 60; sequence++) {
    const record = purgeRecord(sequence);
    known.push(record);
    const appended = log.append(record).then(() => acknowledged.add(sequence));
    under.push(appended.catch((error) => assert.ok(faults, error)));
    if (draw.chance(15)) under.push(log.rewrite(known).catch((error) => assert.ok(faults, error)));
    if (draw.chance(40)) await draw.pick(under);
    if (draw.chance(10)) await turn();
  }
  await Promise.all(under);
  look();
  if (!faults) assert.equal(acknowledged.size, 60);
  return images;
}

for (const faults of [false, true]) {
  test(`a crash or loss of power at any moment loses nothing acknowledged, ${faults ? "with" : "without"} faults`, async () => {
    for (let run = 0; run < RUNS; run++) {
      try {
        assert.ok(await crashEverywhere(SEED + run, faults) > 0);
      } catch (error) {
        throw new Error(`Cannot keep what was acknowledged: repeat with LACQUER_SEED=${SEED + run}`, { cause: error });
      }
    }
  });
}
