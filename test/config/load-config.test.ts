import assert from "node:assert/strict";
import { test } from "node:test";
import { loadConfig } from "../../src/config/load-config.ts";

/** Files as text; a module is the object its text stands for, a fault what importing it throws. */
function runtimeWith(files: Record<string, string>, modules: Record<string, Record<string, unknown> | Error> = {}) {
  return {
    readTextFile: (path: string) => Promise.resolve(files[path]),
    importFile: (path: string) => {
      const module = modules[path] ?? {};
      return module instanceof Error ? Promise.reject(module) : Promise.resolve(module);
    },
  };
}

test("loadConfig() reads the default export of a module", async () => {
  const runtime = runtimeWith({ "a.ts": "…" }, { "a.ts": { default: { log: "off" } } });
  assert.deepEqual(await loadConfig(runtime, "a.ts"), { file: "a.ts", config: { log: "off" } });
});

test("loadConfig() looks for lacquer.config.ts, then lacquer.config.json, and may find neither", async () => {
  const json = { "lacquer.config.json": '{"log":"off"}' };
  const both = { ...json, "lacquer.config.ts": "…" };
  const modules = { "lacquer.config.ts": { default: {} } };
  assert.equal((await loadConfig(runtimeWith(both, modules)))?.file, "lacquer.config.ts");
  assert.equal((await loadConfig(runtimeWith(json)))?.file, "lacquer.config.json");
  assert.equal(await loadConfig(runtimeWith({})), undefined);
});

test("loadConfig() names the file that is missing", async () => {
  await assert.rejects(loadConfig(runtimeWith({}), "no.json"), {
    name: "ConfigError",
    message: 'Cannot read configuration file "no.json": there is no such file',
  });
});

test("loadConfig() names file and position of a JSON error", async () => {
  await assert.rejects(loadConfig(runtimeWith({ "a.json": '{\n  "log": off\n}' }), "a.json"), {
    message: 'Cannot read configuration file "a.json": it is not JSON from line 2, column 10',
  });
});

test("loadConfig() names the file of a module that does not load or exports nothing", async () => {
  const broken = runtimeWith({ "a.ts": "…" }, { "a.ts": new SyntaxError("Unexpected token") });
  await assert.rejects(loadConfig(broken, "a.ts"), {
    message: 'Cannot read configuration file "a.ts": Unexpected token',
  });
  await assert.rejects(loadConfig(runtimeWith({ "a.ts": "…" }), "a.ts"), /no default export/);
});

test("loadConfig() refuses a file of another kind", async () => {
  await assert.rejects(loadConfig(runtimeWith({ "a.yaml": "" }), "a.yaml"), /neither in \.ts/);
});
