// The command line as scripts see it: exit codes, standard output, standard error, signals.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { VERSION } from "../../src/cli/version.ts";
import { inFolder, runLacquer, startLacquer } from "../support/lacquer-process.ts";

const READY = /^lacquer listening on http:\/\/127\.0\.0\.1:(\d+)\b/;

test("lacquer check prints three mistakes with their paths and exits with 2", async () => {
  const config = { memory: "lots", origins: ["http://h", "ftp://h"], freshness: { keep: 10 } };
  await inFolder({ "lacquer.config.json": JSON.stringify(config) }, async (folder) => {
    const { code, out, errors } = await runLacquer(["check"], folder);
    assert.deepEqual([code, out], [2, ""]);
    const lines = errors.trimEnd().split("\n");
    assert.equal(lines[0], "Cannot use lacquer.config.json: 3 problems");
    assert.match(lines[1] ?? "", /^ {2}origins\[1\]: given "ftp:\/\/h", accepted: /);
    assert.match(lines[2] ?? "", /^ {2}memory: given "lots", accepted: /);
    assert.match(lines[3] ?? "", /^ {2}freshness\.keep: given 10, accepted: /);
    assert.equal(lines.length, 4);
  });
});

test("lacquer check prints the effective configuration of a module and exits with 0", async () => {
  const module = 'export default { memory: "64MiB", origins: ["http://127.0.0.1:3000"] };\n';
  await inFolder({ "lacquer.config.ts": module }, async (folder) => {
    const { code, out, errors } = await runLacquer(["check"], folder);
    assert.deepEqual([code, errors], [0, ""]);
    const config = JSON.parse(out);
    assert.deepEqual([config.memory, config.origins[0].url], ["64MiB", "http://127.0.0.1:3000"]);
  });
});

test("lacquer check names file and position of what is no JSON", async () => {
  await inFolder({ "a.json": '{\n  "log": off\n}\n' }, async (folder) => {
    const { code, errors } = await runLacquer(["check", "--config", "a.json"], folder);
    assert.deepEqual([code, errors], [
      2,
      'Cannot read configuration file "a.json": it is not JSON from line 2, column 10\n',
    ]);
  });
});

test("lacquer serve refuses unknown and unavailable flags with 2", async () => {
  await inFolder({}, async (folder) => {
    const { code, out, errors } = await runLacquer(["serve", "--nope", "--disk", "d", "--workers=2"], folder);
    assert.deepEqual([code, out], [2, ""]);
    assert.match(errors, / {2}--nope: unknown flag, accepted: /);
    assert.match(errors, / {2}--disk: not available in this release/);
    assert.match(errors, / {2}--workers: not available in this release/);
  });
});

test("lacquer --version prints the version", async () => {
  await inFolder({}, async (folder) => {
    const { code, out } = await runLacquer(["--version"], folder);
    assert.equal(code, 0);
    assert.ok(out.startsWith(`lacquer ${VERSION} (`), out);
  });
});

test("lacquer serve exits with 1 and a clear line when the port is in use", async () => {
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(0, "127.0.0.1", resolve));
  const address = blocker.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  try {
    await inFolder({}, async (folder) => {
      const { code, errors } = await runLacquer(["serve", "--listen", `127.0.0.1:${port}`], folder);
      assert.equal(code, 1);
      assert.equal(errors, `Cannot listen on 127.0.0.1:${port}: the address is already in use\n`);
    });
  } finally {
    await new Promise((resolve) => blocker.close(resolve));
  }
});

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  test(`lacquer serve prints its ready line, serves the demo origin, and exits with 0 after ${signal}`, async () => {
    await inFolder({}, async (folder) => {
      const lacquer = startLacquer(["serve", "--listen", "127.0.0.1:0", "--log", "json"], folder);
      try {
        const port = READY.exec(await lacquer.firstLine)?.[1];
        assert.ok(port !== undefined && port !== "0");
        const response = await fetch(`http://127.0.0.1:${port}/article?token=s3cret`);
        assert.equal(response.status, 200);
        assert.match(await response.text(), /made 1 time/);
      } finally {
        lacquer.signal(signal);
      }
      const { code, out } = await lacquer.ended;
      assert.equal(code, 0);
      const logged = out.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
      assert.deepEqual(logged.map((line) => [line.status, line.outcome, line.complete]), [[200, "miss", true]]);
      assert.ok(!out.includes("s3cret"));
    });
  });
}

test("lacquer serve goes on serving when nobody reads its log any more", async () => {
  await inFolder({}, async (folder) => {
    const lacquer = startLacquer(["serve", "--listen", "127.0.0.1:0", "--log", "json"], folder);
    const port = READY.exec(await lacquer.firstLine)?.[1];
    lacquer.closeOutput();
    for (let visit = 0; visit < 3; visit++) {
      const response = await fetch(`http://127.0.0.1:${port}/article`);
      assert.equal(response.status, 200);
      await response.text();
      await new Promise((resolve) => setTimeout(resolve, 100)); // lines are written once the event loop turns
    }
    lacquer.signal("SIGTERM");
    const { code, errors } = await lacquer.ended;
    assert.deepEqual([code, errors], [0, ""]);
  });
});
