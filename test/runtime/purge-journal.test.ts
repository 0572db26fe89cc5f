/**
 * The journal on a real disk. LACQUER_SEED repeats a run of the random ones, LACQUER_KILLS says how many processes are
 * killed.
 */
import assert from "node:assert/strict";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { type JournalDisk, systemDisk } from "../../src/runtime/journal-disk.ts";
import { JOURNAL_HEADER, journalLine } from "../../src/runtime/journal-format.ts";
import { openPurgeJournal } from "../../src/runtime/purge-journal.ts";
import { StateError } from "../../src/server/runtime.ts";
import { Draw } from "../support/coalescing-draw.ts";
import { inFolder } from "../support/lacquer-process.ts";
import { purgeRecord, purgeRecords, SCOPES, sequencesOf } from "../support/purge-records.ts";
import { startScript } from "../support/script-process.ts";

const SEED = Number(process.env["LACQUER_SEED"] ?? Math.floor(Math.random() * 2 ** 31));
const KILLS = Number(process.env["LACQUER_KILLS"] ?? 6);

/** So many processes go on with the same journal, one after the other. */
const KILLS_PER_JOURNAL = 3;

const RECORDS = purgeRecords(1, 4);
const LINES = RECORDS.map(journalLine);

/** Calls `task` with a state directory that holds this journal. */
function withJournal(
  text: string | Uint8Array,
  task: (directory: string, path: string) => Promise<void>,
): Promise<void> {
  return inFolder({}, async (directory) => {
    const path = join(directory, "purges.journal");
    await writeFile(path, text);
    await task(directory, path);
  });
}

/** What opening a journal gives, closed again. */
async function reopen(directory: string) {
  const { log, ...opened } = await openPurgeJournal(directory);
  await log.close();
  return opened;
}

test("openPurgeJournal() makes a directory for its user alone, and finds there what was appended", async () => {
  await inFolder({}, async (folder) => {
    const directory = join(folder, "var", "lib");
    const { log, records, lost, kept } = await openPurgeJournal(directory);
    assert.deepEqual([records, lost, kept], [[], false, undefined]);
    assert.equal((await stat(directory)).mode & 0o777, 0o700);
    const given = [purgeRecord(1, SCOPES), ...purgeRecords(2, 30)];
    await Promise.all(given.map((record) => log.append(record)));
    const { size, mode } = await stat(join(directory, "purges.journal"));
    assert.deepEqual([log.bytes, mode & 0o777], [size, 0o600]);
    await log.close();
    assert.deepEqual(await reopen(directory), { records: given, lost: false });
  });
});

test("openPurgeJournal() goes on with the sequences where they ended", async () => {
  await withJournal(JOURNAL_HEADER + LINES.join(""), async (directory) => {
    const { log } = await openPurgeJournal(directory);
    await assert.rejects(log.append(purgeRecord(4)), RangeError);
    await log.append(purgeRecord(5));
    await log.rewrite([purgeRecord(3)]);
    await log.append(purgeRecord(6));
    await log.close();
    assert.deepEqual(sequencesOf((await reopen(directory)).records), [3, 5, 6]);
  });
});

test("openPurgeJournal() cuts off a last line that broke off at any byte", async () => {
  const [last = ""] = LINES.slice(-1);
  const whole = new TextEncoder().encode(JOURNAL_HEADER + LINES.join(""));
  await withJournal(whole, async (directory, path) => {
    for (let missing = 1; missing <= new TextEncoder().encode(last).length; missing++) {
      await writeFile(path, whole.subarray(0, whole.length - missing));
      const { log, records, lost } = await openPurgeJournal(directory);
      assert.deepEqual([sequencesOf(records), lost], [[1, 2, 3], false]);
      await log.append(purgeRecord(9));
      await log.close();
      assert.deepEqual(sequencesOf((await reopen(directory)).records), [1, 2, 3, 9]);
    }
  });
});

test("openPurgeJournal() keeps a journal aside of which any byte went bad, and purges everything", async () => {
  const whole = new TextEncoder().encode(JOURNAL_HEADER + LINES.join(""));
  const start = new TextEncoder().encode(JOURNAL_HEADER + LINES[0]).length;
  const end = start + new TextEncoder().encode(LINES[1]).length;
  await withJournal(whole, async (directory, path) => {
    let number = 0;
    for (let position = start; position < end; position++) {
      const bytes = whole.slice();
      bytes[position] = 0xff - (bytes[position] ?? 0);
      await writeFile(path, bytes);
      const opened = await openPurgeJournal(directory);
      const [everything] = opened.records;
      assert.deepEqual([opened.lost, opened.kept], [true, `${path}.damaged-${++number}`]);
      assert.deepEqual(new Uint8Array(await readFile(opened.kept ?? "")), bytes);
      assert.deepEqual([everything?.scopes, everything?.soft], [[{ kind: "all" }], false]);
      assert.ok(Number(everything?.sequence) > 1_000_000_000);
      await opened.log.append(purgeRecord(2 ** 41));
      await opened.log.close();
      assert.deepEqual(await reopen(directory), { records: [everything, purgeRecord(2 ** 41)], lost: false });
    }
  });
});

test("openPurgeJournal() never goes on with a journal of another version, nor with one that is empty", async () => {
  for (const text of ["", "lacquer-purges 2\n" + LINES.join(""), "something else\n", JOURNAL_HEADER.slice(0, -1)]) {
    await withJournal(text, async (directory, path) => {
      const { records, lost, kept } = await reopen(directory);
      assert.equal(lost, true);
      assert.equal(await readFile(kept ?? "", "utf8"), text);
      assert.ok((records[0]?.sequence ?? 0) > 4);
      assert.ok((await readFile(path, "utf8")).startsWith(JOURNAL_HEADER));
    });
  }
});

test("openPurgeJournal() purges everything even if it is killed over a damaged journal", async () => {
  for (const operation of ["link", "create", "rename", "syncDirectory"] as const) {
    await withJournal("damaged\n", async (directory, path) => {
      const failing: JournalDisk = { ...systemDisk, [operation]: () => Promise.reject(new Error("killed")) };
      await assert.rejects(openPurgeJournal(directory, failing), StateError);
      const { records } = await reopen(directory);
      assert.deepEqual(records[0]?.scopes, [{ kind: "all" }], operation);
      assert.equal(await readFile(`${path}.damaged-1`, "utf8"), "damaged\n");
    });
  }
});

test("openPurgeJournal() writes over what a rewrite left that was killed", async () => {
  await withJournal(JOURNAL_HEADER + LINES.join(""), async (directory, path) => {
    await writeFile(`${path}.new`, "x".repeat(10_000));
    const { log, records } = await openPurgeJournal(directory);
    assert.deepEqual(records, RECORDS);
    await log.rewrite(RECORDS.slice(2));
    await log.close();
    assert.deepEqual((await reopen(directory)).records, RECORDS.slice(2));
    assert.ok(!(await readdir(directory)).includes("purges.journal.new"));
  });
});

test("openPurgeJournal() names the directory and who has it, or why it cannot be used", async () => {
  await inFolder({ file: "" }, async (folder) => {
    const { log } = await openPurgeJournal(folder);
    await assert.rejects(openPurgeJournal(folder), {
      name: "StateError",
      message: `Cannot open state directory "${folder}": process ${process.pid} holds it`,
    });
    await log.close();
    const below = join(folder, "file", "state");
    await assert.rejects(openPurgeJournal(below), (error) => {
      assert.ok(error instanceof StateError);
      assert.ok(error.message.startsWith(`Cannot open state directory "${below}": `), error.message);
      return true;
    });
  });
});

test("openPurgeJournal() lets go of a directory whose journal cannot be opened", async () => {
  await inFolder({}, async (folder) => {
    await mkdir(join(folder, "purges.journal"));
    await assert.rejects(openPurgeJournal(folder), StateError);
    await assert.rejects(openPurgeJournal(folder), (error) => !String(error).includes("holds it"));
  });
});

test("openPurgeJournal() syncs each directory that it made, and the one that has the journal", async () => {
  await inFolder({}, async (folder) => {
    const synced: string[] = [];
    const disk: JournalDisk = {
      ...systemDisk,
      syncDirectory: (path) => {
        synced.push(path);
        return systemDisk.syncDirectory(path);
      },
    };
    const directory = join(folder, "a", "b");
    const { log } = await openPurgeJournal(directory, disk);
    await log.close();
    assert.deepEqual(synced, [join(folder, "a"), folder, directory]);
  });
});

test("appends from many at once and rewrites go together on a real disk", async () => {
  const draw = new Draw(SEED);
  await inFolder({}, async (directory) => {
    const { log } = await openPurgeJournal(directory);
    const under: Promise<void>[] = [];
    const known = purgeRecords(1, 2_000);
    for (const record of known) {
      under.push(log.append(record));
      if (draw.chance(1)) under.push(log.rewrite(known.slice(0, record.sequence)));
      if (draw.chance(5)) await draw.pick(under);
    }
    await Promise.all(under);
    await log.close();
    assert.deepEqual((await reopen(directory)).records, known, `repeat with LACQUER_SEED=${SEED}`);
  });
});

test("no purge that was acknowledged is missing after kill -9", async () => {
  const draw = new Draw(SEED);
  for (let kills = 0; kills < KILLS; kills += KILLS_PER_JOURNAL) {
    await inFolder({}, async (directory) => {
      const printed: string[] = [];
      for (let kill = 0; kill < KILLS_PER_JOURNAL; kill++) {
        const child = startScript("append-until-killed", [directory, String(draw.below(2 ** 31))]);
        await child.firstLine;
        await new Promise((resolve) => setTimeout(resolve, draw.below(150)));
        await child.kill();
        printed.push(...child.lines);
        const { records, lost } = await reopen(directory);
        const found = new Set(sequencesOf(records).map(String));
        const missing = printed.filter((sequence) => !found.has(sequence));
        assert.deepEqual([lost, missing], [false, []], `repeat with LACQUER_SEED=${SEED}`);
      }
    });
  }
});
