// What a directory of state means to those who start and stop processes.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { inFolder, runLacquer, startLacquer } from "../support/lacquer-process.ts";

const SERVE = ["serve", "--listen", "127.0.0.1:0", "--log", "off", "--state"];

test("lacquer serve --state makes the directory, keeps it for itself, and lets go of it", async () => {
  await inFolder({}, async (folder) => {
    const lacquer = startLacquer([...SERVE, "var/state"], folder);
    try {
      await lacquer.firstLine;
      const second = await runLacquer([...SERVE, "var/state"], folder);
      assert.deepEqual([second.code, second.out], [1, ""]);
      assert.match(second.errors, /^Cannot open state directory "var\/state": process \d+ holds it\n$/);
    } finally {
      lacquer.signal("SIGTERM");
    }
    const { code, errors } = await lacquer.ended;
    assert.deepEqual([code, errors], [0, ""]);
    assert.equal(await readFile(join(folder, "var/state/purges.journal"), "utf8"), "lacquer-purges 1\n");
    const again = startLacquer([...SERVE, join(folder, "var/state")], folder);
    await again.firstLine;
    again.signal("SIGTERM");
    assert.equal((await again.ended).code, 0);
  });
});

test("lacquer serve --state starts again after a crash without help", async () => {
  await inFolder({ "lacquer.config.json": '{"state": "state"}' }, async (folder) => {
    for (let crash = 0; crash < 2; crash++) {
      const lacquer = startLacquer(SERVE.slice(0, -1), folder);
      await lacquer.firstLine;
      lacquer.signal("SIGKILL");
      assert.equal((await lacquer.ended).errors, "");
    }
  });
});

test("lacquer serve --state tells that the log of purges is damaged, and serves", async () => {
  await inFolder({ "purges.journal": "lacquer-purges 0\n" }, async (folder) => {
    const lacquer = startLacquer([...SERVE, "."], folder);
    await lacquer.firstLine;
    lacquer.signal("SIGTERM");
    const { code, errors } = await lacquer.ended;
    assert.equal(code, 0);
    assert.equal(
      errors,
      "The log of purges is damaged, so that all stored before counts as purged; " +
        'it is kept as "purges.journal.damaged-1"\n',
    );
  });
});

test("lacquer serve --state exits with 1 when there can be no such directory", async () => {
  await inFolder({ file: "" }, async (folder) => {
    const { code, out, errors } = await runLacquer([...SERVE, "file/state"], folder);
    assert.deepEqual([code, out], [1, ""]);
    assert.match(errors, /^Cannot open state directory "file\/state": .*\n$/);
  });
});
