import assert from "node:assert/strict";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { test } from "node:test";
import { type DirectoryLock, lockDirectory, type LockStep } from "../../src/runtime/directory-lock.ts";
import { inFolder } from "../support/lacquer-process.ts";
import { startScript } from "../support/script-process.ts";

/** Takes a directory that has to be free. */
async function take(directory: string): Promise<DirectoryLock> {
  const attempt = await lockDirectory(directory);
  assert.ok("lock" in attempt);
  return attempt.lock;
}

test("lockDirectory() gives a directory to one, and again once that lets go", async () => {
  await inFolder({}, async (folder) => {
    const lock = await take(folder);
    assert.deepEqual(await lockDirectory(folder), { heldBy: process.pid });
    await lock.release();
    const again = await take(folder);
    assert.deepEqual(await lockDirectory(folder), { heldBy: process.pid });
    await again.release();
    assert.deepEqual(await readdir(folder), ["lock-2"]);
  });
});

test("lockDirectory() gives a directory to one of many that want it at once", async () => {
  await inFolder({}, async (folder) => {
    for (let round = 0; round < 20; round++) {
      const attempts = await Promise.all(Array.from({ length: 20 }, () => lockDirectory(folder)));
      const locks = attempts.flatMap((attempt) => "lock" in attempt ? [attempt.lock] : []);
      assert.equal(locks.length, 1);
      await locks[0]?.release();
    }
    assert.deepEqual(await readdir(folder), ["lock-20"]);
  });
});

test("lockDirectory() does not give it to two, however many come and go", async () => {
  await inFolder({}, async (folder) => {
    let owners = 0;
    let taken = 0;
    const comeAndGo = async () => {
      for (let visit = 0; visit < 40; visit++) {
        const attempt = await lockDirectory(folder);
        if (!("lock" in attempt)) continue;
        assert.equal(++owners, 1);
        taken++;
        await Promise.resolve();
        owners--;
        await attempt.lock.release();
      }
    };
    await Promise.all(Array.from({ length: 8 }, comeAndGo));
    assert.ok(taken > 1, `${taken} times`);
  });
});

/** Wants a directory, and stops after a step of it until told to go on. */
function takeSlowly(directory: string) {
  const reached = { looked: Promise.withResolvers<void>(), claimed: Promise.withResolvers<void>() };
  const goOn = { looked: Promise.withResolvers<void>(), claimed: Promise.withResolvers<void>() };
  const attempt = lockDirectory(directory, (step: LockStep) => {
    reached[step].resolve();
    return goOn[step].promise;
  });
  return {
    attempt,
    reach: (step: LockStep) => reached[step].promise,
    goOn: (step: LockStep) => goOn[step].resolve(),
  };
}

test("lockDirectory() gives way when two others had the directory since it looked", async () => {
  await inFolder({}, async (folder) => {
    const slow = takeSlowly(folder);
    await slow.reach("looked");
    await (await take(folder)).release();
    const lock = await take(folder); // and the lock of the one before is gone
    slow.goOn("looked");
    await slow.reach("claimed");
    slow.goOn("claimed");
    assert.deepEqual(await slow.attempt, { heldBy: process.pid });
    await lock.release();
    assert.deepEqual(await readdir(folder), ["lock-2"]);
  });
});

test("lockDirectory() does not take for dead who came too late and wins the next time", async () => {
  await inFolder({}, async (folder) => {
    const slow = takeSlowly(folder);
    await slow.reach("looked");
    for (let other = 0; other < 2; other++) await (await take(folder)).release();
    slow.goOn("looked");
    await slow.reach("claimed");
    await (await take(folder)).release(); // removes the late lock as it does those of the dead
    slow.goOn("claimed");
    const attempt = await slow.attempt;
    assert.ok("lock" in attempt);
    assert.deepEqual(await lockDirectory(folder), { heldBy: process.pid });
    await attempt.lock.release();
  });
});

test("lockDirectory() refuses another process, and takes over after a crash", async () => {
  await inFolder({}, async (folder) => {
    const first = startScript("hold-directory", [folder]);
    assert.equal(await first.firstLine, "taken");
    const second = startScript("hold-directory", [folder]);
    assert.equal(await second.firstLine, `held by ${first.pid}`);
    assert.deepEqual(await lockDirectory(folder), { heldBy: first.pid });
    await first.kill();
    const lock = await take(folder);
    const third = startScript("hold-directory", [folder]);
    assert.equal(await third.firstLine, `held by ${process.pid}`);
    await lock.release();
    assert.deepEqual(await readdir(folder), ["lock-2"]);
  });
});

test("lockDirectory() lets one of several processes take over after a crash", async () => {
  await inFolder({}, async (folder) => {
    let holder = startScript("hold-directory", [folder]);
    await holder.firstLine;
    for (let round = 0; round < 4; round++) {
      await holder.kill();
      const starters = Array.from({ length: 4 }, () => startScript("hold-directory", [folder]));
      const lines = await Promise.all(starters.map((starter) => starter.firstLine));
      const winners = starters.filter((_, index) => lines[index] === "taken");
      assert.equal(winners.length, 1, lines.join(", "));
      const [winner = holder] = winners;
      assert.equal(lines.filter((line) => line === `held by ${winner.pid}`).length, 3, lines.join(", "));
      holder = winner;
    }
    await holder.kill();
  });
});

test("lockDirectory() is not misled by a process that has the id of one that died", async () => {
  for (const pid of [process.pid, process.ppid, 1]) {
    await inFolder({ "lock-7": JSON.stringify({ pid, socket: "gone.sock" }) }, async (folder) => {
      await (await take(folder)).release();
      assert.deepEqual(await readdir(folder), ["lock-8"]);
    });
  }
});

test("lockDirectory() takes over from locks that cannot be read, as after a loss of power", async () => {
  for (const text of ["", "\0\0\0\0", "{", "null", "3", '{"pid":1}', '{"socket":1}']) {
    await inFolder({ "lock-1": text, "lock-x": "no lock", "lock-2": text }, async (folder) => {
      await (await take(folder)).release();
      assert.deepEqual((await readdir(folder)).sort(), ["lock-3", "lock-x"]);
    });
  }
});

test("lockDirectory() says when the path is too long for a socket", async () => {
  await inFolder({}, async (folder) => {
    const directory = join(folder, "a".repeat(100));
    await mkdir(directory);
    await assert.rejects(lockDirectory(directory), /^Error: the path ".*\.sock" has \d+ bytes, accepted: at most 103$/);
    assert.deepEqual(await readdir(directory), []);
  });
});

test("lockDirectory() leaves nothing behind when the directory cannot be used", async () => {
  await inFolder({}, async (folder) => {
    await writeFile(join(folder, "file"), "");
    await assert.rejects(lockDirectory(join(folder, "file")));
    await assert.rejects(lockDirectory(join(folder, "missing")));
    assert.deepEqual(await readdir(folder), ["file"]);
  });
});
