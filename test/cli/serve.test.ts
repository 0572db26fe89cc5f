import assert from "node:assert/strict";
import { test } from "node:test";
import { type ComposeProxy, serve } from "../../src/cli/serve.ts";
import type { Settings } from "../../src/config/settings.ts";
import { ListenError } from "../../src/server/runtime.ts";
import { Exited, type FakeRuntime, fakeRuntime } from "../support/fake-runtime.ts";
import { manualTimers } from "../support/manual-timers.ts";

/** A `composeProxy()` that keeps the settings it was given. */
function composer() {
  const seen: { settings?: Settings; isClosed: boolean } = { isClosed: false };
  const compose: ComposeProxy = (settings) => {
    seen.settings = settings;
    return {
      handler: () => new Response("proxied"),
      close: () => {
        seen.isClosed = true;
        return Promise.resolve();
      },
    };
  };
  return { seen, compose };
}

/** Lets everything that is ready to run do so. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function started(runtime: FakeRuntime, args: readonly string[]) {
  const { seen, compose } = composer();
  const timers = manualTimers();
  const exitCode = serve(runtime, args, { compose, timers });
  await turn();
  return { seen, timers, exitCode };
}

test("serve() prints one line that begins with the address it listens on", async () => {
  const runtime = fakeRuntime();
  await started(runtime, ["--listen", "[::1]:0", "--origin", "http://h", "--log", "off"]);
  assert.match(runtime.out.join(""), /^lacquer listening on http:\/\/\[::1\]:50000 \(.*origins: http:\/\/h\)\n$/);
});

test("serve() lets flags win over the configuration file", async () => {
  const config = '{"memory": "64MiB", "origins": ["http://file"], "listen": "127.0.0.1:1234", "log": "off"}';
  const runtime = fakeRuntime([], { files: { "lacquer.config.json": config } });
  const { seen } = await started(runtime, ["--origin", "http://flag", "--memory", "48MiB"]);
  assert.equal(seen.settings?.memoryBytes, 48 * 1024 ** 2);
  assert.deepEqual(seen.settings?.origins.map((origin) => origin.url), ["http://flag"]);
  assert.equal(runtime.listeners[0]?.port, 1234);
});

test("serve() without any origin starts the demo origin on loopback and shows three commands", async () => {
  const runtime = fakeRuntime();
  const { seen } = await started(runtime, ["--log", "off"]);
  const [demo, proxy] = runtime.listeners;
  assert.deepEqual([demo?.options.hostname, demo?.options.port], ["127.0.0.1", 0]);
  assert.deepEqual(seen.settings?.origins.map((origin) => origin.url), [`http://127.0.0.1:${demo?.port}`]);
  assert.equal(proxy?.port, 8080);
  assert.match(runtime.out[0] ?? "", /^lacquer listening on http:\/\/127\.0\.0\.1:8080 /);
  const commands = runtime.out.join("").split("\n").filter((line) => line.startsWith("  curl "));
  assert.equal(commands.length, 3);
  for (const command of commands) assert.ok(command.includes("http://127.0.0.1:8080/"), command);
});

test("serve() drains on a stop signal and ends with 0", async () => {
  const runtime = fakeRuntime();
  const { seen, exitCode, timers } = await started(runtime, ["--origin", "http://h", "--log", "off"]);
  const listener = runtime.listeners[0];
  runtime.signal();
  await turn();
  assert.deepEqual(listener?.state, { isDraining: true, isAborted: false });
  assert.equal(seen.isClosed, false);
  listener?.finish();
  assert.equal(await exitCode, 0);
  assert.equal(seen.isClosed, true);
  assert.equal(timers.waiting, 0);
});

test("serve() aborts what has not drained after ten seconds, and still ends with 0", async () => {
  const runtime = fakeRuntime();
  const { exitCode, timers } = await started(runtime, ["--origin", "http://h", "--log", "off"]);
  runtime.signal();
  await turn();
  timers.advance(9_999);
  assert.equal(runtime.listeners[0]?.state.isAborted, false);
  timers.advance(1);
  assert.equal(await exitCode, 0);
  assert.equal(runtime.listeners[0]?.state.isAborted, true);
});

test("serve() keeps the demo origin until the proxy has drained", async () => {
  const runtime = fakeRuntime();
  const { exitCode } = await started(runtime, ["--log", "off"]);
  const [demo, proxy] = runtime.listeners;
  runtime.signal();
  await turn();
  assert.equal(demo?.state.isAborted, false);
  proxy?.finish();
  await exitCode;
  assert.equal(demo?.state.isAborted, true);
});

test("serve() exits at once on a second signal", async () => {
  const runtime = fakeRuntime();
  await started(runtime, ["--origin", "http://h", "--log", "off"]);
  runtime.signal();
  assert.throws(() => runtime.signal(), (error) => error instanceof Exited && error.code === 0);
});

test("serve() throws what listening throws and leaves nothing open", async () => {
  const listenError = new ListenError("127.0.0.1", 8080, "the port is in use");
  const runtime = fakeRuntime([], { listenError });
  const { seen, compose } = composer();
  await assert.rejects(serve(runtime, ["--log", "off"], { compose }), listenError);
  assert.equal(seen.isClosed, true);
  assert.equal(runtime.listeners[0]?.state.isAborted, true);
});

test("serve() prints its help and starts nothing", async () => {
  const runtime = fakeRuntime();
  assert.equal(await serve(runtime, ["--help"], composer()), 0);
  assert.match(runtime.out.join(""), /--origin URL/);
  assert.deepEqual(runtime.listeners, []);
});
