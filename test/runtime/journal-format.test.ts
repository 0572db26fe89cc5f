import assert from "node:assert/strict";
import { test } from "node:test";
import { JOURNAL_HEADER, journalLine, readJournal } from "../../src/runtime/journal-format.ts";
import { purgeRecord, purgeRecords, SCOPES, sequencesOf } from "../support/purge-records.ts";

const RECORDS = purgeRecords(1, 8);

function journal(records = RECORDS, header = JOURNAL_HEADER): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(header + records.map(journalLine).join(""));
}

/** Where the line of the record at `index` begins. */
function startOf(index: number): number {
  return journal(RECORDS.slice(0, index)).length;
}

test("readJournal() reads what journalLine() wrote, every kind of scope", () => {
  const records = [...RECORDS, purgeRecord(1_000, SCOPES), purgeRecord(2 ** 40, [])];
  const bytes = journal(records);
  assert.deepEqual(readJournal(bytes), { records, end: bytes.length, isDamaged: false, highest: 2 ** 40 });
  assert.deepEqual(readJournal(journal([])), {
    records: [],
    end: JOURNAL_HEADER.length,
    isDamaged: false,
    highest: 0,
  });
});

test("readJournal() leaves out a last line that broke off at any byte", () => {
  const whole = journal();
  const start = startOf(7);
  for (let length = start; length < whole.length; length++) {
    const reading = readJournal(whole.subarray(0, length));
    assert.deepEqual(reading, { records: RECORDS.slice(0, 7), end: start, isDamaged: false, highest: 7 });
  }
});

test("readJournal() leaves out a tail of zeros, as a loss of power may leave it", () => {
  const tail = new Uint8Array(startOf(7) + 5_000);
  tail.set(journal().subarray(0, startOf(7) + 20));
  assert.deepEqual(readJournal(tail).records, RECORDS.slice(0, 7));
  assert.equal(readJournal(tail).isDamaged, false);
});

test("readJournal() finds every byte that went bad, wherever it stands", () => {
  const whole = journal();
  for (let position = 0; position < whole.length; position++) {
    for (const change of [0x01, 0x20, 0x80, 0xff, (whole[position] ?? 0) ^ 0x0a]) {
      if (change === 0) continue;
      const bytes = whole.slice();
      bytes[position] = (whole[position] ?? 0) ^ change;
      const reading = readJournal(bytes);
      assert.equal(reading.isDamaged, true, `byte ${position} changed by ${change}`);
      assert.ok(reading.records.every((record) => RECORDS.some((known) => known.sequence === record.sequence)));
      assert.ok(reading.highest >= 7 || position >= startOf(6), `byte ${position} changed by ${change}`);
    }
  }
});

test("readJournal() reads past a line that went bad", () => {
  const bytes = journal();
  bytes[startOf(3) + 12] = 0;
  assert.deepEqual(sequencesOf(readJournal(bytes).records), [1, 2, 3, 5, 6, 7, 8]);
});

test("readJournal() takes sequences that do not ascend for damage", () => {
  for (const sequences of [[1, 1], [2, 1], [1, 3, 2, 4]]) {
    const reading = readJournal(journal(sequences.map((sequence) => purgeRecord(sequence))));
    assert.equal(reading.isDamaged, true);
    assert.equal(reading.highest, Math.max(...sequences));
  }
});

test("readJournal() takes another magic, another version and a lack of both for damage", () => {
  for (const header of ["lacquer-purges 2\n", "lacquer-purges 1\r\n", "LACQUER-PURGES 1\n", ""]) {
    const reading = readJournal(journal(RECORDS, header));
    assert.deepEqual([reading.isDamaged, reading.highest], [true, 8], JSON.stringify(header));
  }
  for (let length = 0; length < JOURNAL_HEADER.length; length++) {
    assert.equal(readJournal(journal([]).subarray(0, length)).isDamaged, true);
  }
});

test("readJournal() takes a record that this release does not know for damage", () => {
  const known = purgeRecord(1, []);
  const unknown: unknown[] = [
    { ...known, scopes: [{ kind: "cookie", cookie: "a" }] },
    { ...known, scopes: [{ kind: "url", tag: "a" }] },
    { ...known, scopes: [{ kind: "ban", ban: {} }] },
    { ...known, scopes: [{ kind: "ban", ban: { where: [{ field: "colour", equals: "red" }] } }] },
    { ...known, scopes: [{ kind: "ban", ban: { where: [{ field: "path", regex: "(a" }] } }] },
    { ...known, scopes: {} },
    { ...known, sequence: 1.5 },
    { ...known, sequence: 0 },
    { ...known, soft: 1 },
    { ...known, at: null },
    [],
    null,
    "all",
  ];
  for (const record of unknown) {
    const bytes = journal([record as typeof known]);
    assert.deepEqual(readJournal(bytes).records, [], JSON.stringify(record));
    assert.equal(readJournal(bytes).isDamaged, true, JSON.stringify(record));
  }
});
