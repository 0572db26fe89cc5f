import assert from "node:assert/strict";
import { test } from "node:test";
import { type ComposeProxy, serve } from "../../src/cli/serve.ts";
import type { Settings } from "../../src/config/settings.ts";
import type { ProxyOptions } from "../../src/server/compose-proxy.ts";
import { ListenError, type OpenedPurgeLog, StateError } from "../../src/server/runtime.ts";
import { FakeEngine } from "../support/fake-admin.ts";
import { Exited, type FakeRuntime, fakeRuntime } from "../support/fake-runtime.ts";
import { manualTimers } from "../support/manual-timers.ts";

/** A `composeProxy()` that keeps the settings it was given. */
function composer() {
  const seen: { settings?: Settings; options?: ProxyOptions; isClosed: boolean } = { isClosed: false };
  const compose: ComposeProxy = (settings, _, options = {}) => {
    seen.settings = settings;
    seen.options = options;
    return {
      handler: () => new Response("proxied"),
      admin: { engine: new FakeEngine(), origins: () => [] },
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

/** What opening a log of purges might give. */
function openedLog(damage: Partial<OpenedPurgeLog> = {}): OpenedPurgeLog {
  const done = () => Promise.resolve();
  return { log: { append: done, rewrite: done, close: done, bytes: 0 }, records: [], lost: false, ...damage };
}

test("serve() gives the proxy the log of purges of its state directory, and none without one", async () => {
  const purges = openedLog();
  const runtime = fakeRuntime([], { purges });
  const { seen } = await started(runtime, ["--state", "/var/lib/lacquer", "--log", "off"]);
  assert.equal(seen.options?.purges, purges);
  assert.deepEqual(runtime.errors, []);
  assert.equal((await started(fakeRuntime(), ["--log", "off"])).seen.options?.purges, undefined);
});

test("serve() tells of a damaged log of purges and where it is kept", async () => {
  const runtime = fakeRuntime([], { purges: openedLog({ lost: true, kept: "s/purges.journal.damaged-1" }) });
  await started(runtime, ["--state", "s", "--log", "off"]);
  assert.match(runtime.errors.join(""), /^The log of purges is damaged, .*"s\/purges\.journal\.damaged-1"\n$/);
});

test("serve() listens nowhere when its state directory cannot be used", async () => {
  const runtime = fakeRuntime();
  const { compose } = composer();
  await assert.rejects(serve(runtime, ["--state", "s", "--log", "off"], { compose }), StateError);
  assert.deepEqual(runtime.listeners, []);
});

test("serve() prints its help and starts nothing", async () => {
  const runtime = fakeRuntime();
  assert.equal(await serve(runtime, ["--help"], composer()), 0);
  assert.match(runtime.out.join(""), /--origin URL/);
  assert.deepEqual(runtime.listeners, []);
});

const ADMIN = ["--origin", "http://h", "--log", "off", "--admin", "127.0.0.1:0"];

/** The status that the admin API of a fake runtime gives. */
async function adminStatus(runtime: FakeRuntime, path: string, token = ""): Promise<number> {
  const request = new Request(`http://127.0.0.1${path}`, { headers: { authorization: `Bearer ${token}` } });
  return (await runtime.listeners.at(-1)!.handler(request, { address: "192.0.2.1", expectDelay: () => {} })).status;
}

test("serve() opens no admin listener unless it is told to", async () => {
  const runtime = fakeRuntime([], { env: { LACQUER_ADMIN_TOKEN: "t" } });
  await started(runtime, ["--origin", "http://h", "--log", "off"]);
  assert.equal(runtime.listeners.length, 1);
  assert.doesNotMatch(runtime.out.join(""), /admin/);
});

test("serve() makes up a token where none is given, prints it once, and takes it", async () => {
  const runtime = fakeRuntime();
  await started(runtime, ADMIN);
  const [first, second, third, ...others] = runtime.out.join("").trimEnd().split("\n");
  assert.match(first ?? "", /^lacquer listening on http:\/\/127\.0\.0\.1:8080 /);
  assert.equal(second, "lacquer admin listening on http://127.0.0.1:50001");
  const token = /^lacquer admin token: ([A-Za-z0-9_-]{43})$/.exec(third ?? "")?.[1];
  assert.deepEqual(others, []);
  assert.equal(await adminStatus(runtime, "/v1/stats", token), 200);
  assert.equal(await adminStatus(runtime, "/v1/stats", "t"), 401);
});

test("serve() takes the token of the environment, else that of the configuration, and prints neither", async () => {
  const files = { "lacquer.config.json": '{"admin": {"listen": "127.0.0.1:8081", "token": "from-file"}}' };
  for (const [env, token] of [[{ LACQUER_ADMIN_TOKEN: "from-env" }, "from-env"], [{}, "from-file"]] as const) {
    const runtime = fakeRuntime([], { files, env });
    await started(runtime, ADMIN);
    assert.equal(await adminStatus(runtime, "/v1/stats", token), 200);
    assert.match(runtime.out.join(""), /lacquer admin listening on http:\/\/127\.0\.0\.1:50001\n$/);
    assert.doesNotMatch(runtime.out.join(""), /token/);
  }
});

test("serve() lets --admin change the address alone", async () => {
  const file = '{"admin": {"listen": "127.0.0.1:8081", "hosts": ["cache.internal"], "token": "t"}}';
  const runtime = fakeRuntime([], { files: { "lacquer.config.json": file } });
  const { seen } = await started(runtime, ["--admin", "[::1]:9", "--log", "off", "--origin", "http://h"]);
  const listen = { hostname: "::1", port: 9 };
  assert.deepEqual(seen.settings?.admin, { listen, token: "t", hosts: ["cache.internal"] });
});

test("serve() refuses a token that no client could send, and does not repeat it", async () => {
  const runtime = fakeRuntime([], { env: { LACQUER_ADMIN_TOKEN: "my secret" } });
  await assert.rejects(serve(runtime, ADMIN, composer()), (error: Error) => {
    assert.match(error.message, /^Cannot use LACQUER_ADMIN_TOKEN: accepted are characters of ASCII/);
    return error.name === "ConfigError" && !error.message.includes("secret");
  });
  assert.deepEqual(runtime.listeners.map(({ state }) => state.isAborted), [true]);
});

test("serve() says it is not ready while it drains, and closes the admin listener last", async () => {
  const runtime = fakeRuntime();
  const { exitCode } = await started(runtime, ADMIN);
  const [proxy, admin] = runtime.listeners;
  assert.equal(await adminStatus(runtime, "/readyz"), 200);
  runtime.signal();
  await turn();
  assert.equal(await adminStatus(runtime, "/readyz"), 503);
  assert.deepEqual([proxy?.state.isDraining, admin?.state.isDraining], [true, false]);
  proxy?.finish();
  await turn();
  assert.equal(admin?.state.isDraining, true);
  admin?.finish();
  assert.equal(await exitCode, 0);
});

test("serve() spends no more time on the admin listener once the proxy has used it up", async () => {
  const runtime = fakeRuntime();
  const { exitCode, timers } = await started(runtime, ADMIN);
  runtime.signal();
  await turn();
  timers.advance(10_000);
  assert.equal(await exitCode, 0);
  assert.deepEqual(runtime.listeners.map(({ state }) => state.isAborted), [true, true]);
});

test("serve() throws what opening the admin listener throws and leaves nothing open", async () => {
  const listenError = new ListenError("127.0.0.1", 8081, "the port is in use");
  const runtime = fakeRuntime([], { listenError });
  const { seen, compose } = composer();
  const args = ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:8081", "--log", "off"];
  await assert.rejects(serve(runtime, args, { compose }), listenError);
  assert.equal(seen.isClosed, true);
  assert.deepEqual(runtime.listeners.map(({ state }) => state.isAborted), [true, true]);
  assert.deepEqual(runtime.out, []);
});
