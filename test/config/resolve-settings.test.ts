import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigError, type Problem } from "../../src/config/config-error.ts";
import { defineConfig } from "../../src/config/define-config.ts";
import { describeSettings } from "../../src/config/describe-settings.ts";
import { resolveSettings } from "../../src/config/resolve-settings.ts";

function problemsOf(config: unknown): readonly Problem[] {
  try {
    resolveSettings(config);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

function pathsOf(config: unknown): string[] {
  return problemsOf(config).map((problem) => problem.path);
}

test("resolveSettings() fills in every default, in bytes and milliseconds", () => {
  assert.deepEqual(resolveSettings({}), {
    listen: { hostname: "127.0.0.1", port: 8080 },
    origins: [],
    memoryBytes: 256 * 1024 ** 2,
    maxObjectBytes: 32 * 1024 ** 2,
    state: undefined,
    hosts: [],
    trustedProxies: ["127.0.0.0/8", "::1/128"],
    query: { sort: true, ignore: [] },
    vary: { byContentLanguage: false },
    setCookie: "pass",
    targetedControl: ["lacquer-cache-control", "cdn-cache-control"],
    hiddenFields: ["lacquer-cache-control", "surrogate-control"],
    tags: { fields: ["surrogate-key", "cache-tag", "edge-cache-tag", "xkey"], send: false },
    freshness: {
      heuristic: true,
      heuristicMaxMs: 86_400_000,
      heuristicErrors: false,
      staleWhileRevalidateMs: 0,
      staleIfErrorMs: 0,
      keepMs: 600_000,
      errorTtlMaxMs: 10_000,
      errorStatuses: [500, 502, 503, 504],
    },
    routes: [],
    coalescing: {
      maxWait: 5_000,
      maxSpeculative: 4,
      shareNoCache: false,
      hitForMiss: 120_000,
      lookAhead: 1024 ** 2,
      laggardLimit: 1_000,
      fill: { bytesLeft: 4 * 1024 ** 2, share: 0.5 },
    },
    limits: {
      headerTimeout: 10_000,
      idleTimeout: 60_000,
      sendTimeout: 60_000,
      maxHeaderBytes: 16 * 1024,
      maxBodyBytes: 1024 ** 3,
      maxQueryBytes: 64 * 1024,
    },
    purgeMethod: { allow: [] },
    log: "pretty",
  });
});

test("resolveSettings() reads the admin listener as an address or with options", () => {
  assert.deepEqual(resolveSettings({ admin: "127.0.0.1:8081" }).admin, {
    listen: { hostname: "127.0.0.1", port: 8081 },
    hosts: [],
  });
  const config = defineConfig({ admin: { listen: "[::1]:0", token: "abc", hosts: ["Cache.Internal"] } });
  assert.deepEqual(resolveSettings(config).admin, {
    listen: { hostname: "::1", port: 0 },
    token: "abc",
    hosts: ["cache.internal"],
  });
  assert.deepEqual(pathsOf({ admin: "8081" }), ["admin"]);
  assert.deepEqual(pathsOf({ admin: { token: "a" } }), ["admin.listen"]);
  assert.deepEqual(pathsOf({ admin: { listen: "127.0.0.1:0", hosts: ["a:80"], port: 1 } }).sort(), [
    "admin.hosts[0]",
    "admin.port",
  ]);
});

test("resolveSettings() refuses a token with spaces, and the mask that stands in its place, and repeats neither", () => {
  for (const token of ["my secret", "", "***", 3]) {
    const [problem] = problemsOf({ admin: { listen: "127.0.0.1:0", token } });
    assert.equal(problem?.path, "admin.token");
    assert.doesNotMatch(JSON.stringify(problem), /my secret/);
  }
});

test("describeSettings() masks the token of the admin API", () => {
  const settings = resolveSettings({ admin: { listen: "127.0.0.1:8081", token: "s3cret" } });
  assert.deepEqual(describeSettings(settings).admin, { listen: "127.0.0.1:8081", token: "***", hosts: [] });
});

test("resolveSettings() reads who may use the method PURGE", () => {
  const { purgeMethod } = resolveSettings({ purgeMethod: { allow: ["10.0.0.0/8", "::1"] } });
  assert.deepEqual(purgeMethod, { allow: ["10.0.0.0/8", "::1/128"] });
  assert.deepEqual(pathsOf({ purgeMethod: { allow: ["localhost"] } }), ["purgeMethod.allow[0]"]);
});

test("resolveSettings() reads an origin given as URL or with options", () => {
  const config = defineConfig({
    origins: ["http://127.0.0.1:3000/", {
      url: "https://app.internal:8443",
      host: "www.example.com",
      maxConnections: 8,
      verifyCertificate: false,
      timeouts: { connect: "1s", total: "1m" },
    }],
  });
  assert.deepEqual(resolveSettings(config).origins, [{
    url: "http://127.0.0.1:3000",
    host: undefined,
    connectTimeout: 5_000,
    firstByteTimeout: 30_000,
    betweenBytesTimeout: 30_000,
    totalTimeout: 0,
    maxConnections: 256,
    verifyCertificate: true,
  }, {
    url: "https://app.internal:8443",
    host: "www.example.com",
    connectTimeout: 1_000,
    firstByteTimeout: 30_000,
    betweenBytesTimeout: 30_000,
    totalTimeout: 60_000,
    maxConnections: 8,
    verifyCertificate: false,
  }]);
});

test("resolveSettings() tells every problem at once, each with its path", () => {
  const config = {
    listen: ":8080",
    origins: ["ftp://h", { url: "http://h", timeouts: { connect: 5 } }, {}],
    memory: "lots",
    hosts: ["ok.example", "a:80"],
    query: { ignore: ["*", "utm_*"] },
    log: "loud",
  };
  assert.deepEqual(pathsOf(config), [
    "listen",
    "origins[0]",
    "origins[1].timeouts.connect",
    "origins[2].url",
    "memory",
    "hosts[1]",
    "query.ignore[0]",
    "log",
  ]);
});

test("resolveSettings() says what was given and what is accepted", () => {
  const [problem] = problemsOf({ memory: "256 MB" });
  assert.match(problem?.message ?? "", /^given "256 MB", accepted: a size such as .*"256MiB"/);
  assert.throws(() => resolveSettings({ log: 1 }, "lacquer.config.json"), {
    name: "ConfigError",
    message: 'Cannot use lacquer.config.json: 1 problem\n  log: given 1, accepted: "json", "pretty", "off"',
  });
});

test("resolveSettings() reads routes, with the names of their fields in lower case", () => {
  const config = defineConfig({
    routes: [{ path: "/api/*", vary: ["Accept"], tags: ["api", "v1"] }, { path: "/assets/*", public: true }],
  });
  assert.deepEqual(resolveSettings(config).routes, [
    { path: "/api/*", vary: ["accept"], public: false, tags: ["api", "v1"] },
    { path: "/assets/*", public: true, tags: [] },
  ]);
  for (const path of ["api", "", "/a*b", "/a?b=1", 3]) {
    const [problem] = problemsOf({ routes: [{ path }] });
    assert.equal(problem?.path, "routes[0].path");
    assert.match(problem?.message ?? "", /accepted: a path, or the beginning of paths followed by "\*"/);
  }
});

test("resolveSettings() refuses tags that could stand in no field", () => {
  for (const tag of ["", "a b", "a,b", "a\n", "x".repeat(1_025), 3]) {
    const [problem] = problemsOf({ routes: [{ path: "/*", tags: [tag] }] });
    assert.equal(problem?.path, "routes[0].tags[0]", String(tag));
    assert.match(problem?.message ?? "", /accepted: a tag of 1 to 1024 visible characters/);
  }
});

test("resolveSettings() refuses limits of coalescing that make no sense", () => {
  const coalescing = { maxWait: "0s", maxSpeculative: 0, shareNoCache: 1, fill: { percent: 101, bytesLeft: "-1" } };
  assert.deepEqual(pathsOf({ coalescing }).sort(), [
    "coalescing.fill.bytesLeft",
    "coalescing.fill.percent",
    "coalescing.maxSpeculative",
    "coalescing.maxWait",
    "coalescing.shareNoCache",
  ]);
});

test("resolveSettings() refuses an unknown key at any depth and names the accepted ones", () => {
  const problems = problemsOf({ memry: 1, limits: { idle: "1s" }, origins: [{ url: "http://h", weight: 2 }] });
  assert.deepEqual(problems.map((problem) => problem.path).sort(), ["limits.idle", "memry", "origins[0].weight"]);
  const limits = problems.find((problem) => problem.path === "limits.idle");
  assert.equal(
    limits?.message,
    "unknown key, accepted: headerTimeout, idleTimeout, sendTimeout, requestHeader, requestBody, queryContent",
  );
  assert.deepEqual(pathsOf(JSON.parse('{"__proto__": {}}')), ["__proto__"]);
});

test("resolveSettings() refuses what is no object", () => {
  for (const config of [null, "text", 3, []]) assert.deepEqual(pathsOf(config), [""], String(config));
});

test("resolveSettings() refuses timeouts that a timer cannot wait, and zero except for the total one", () => {
  const origins = [{ url: "http://h", timeouts: { connect: "0s", total: "0s", firstByte: "25d" } }];
  assert.deepEqual(pathsOf({ origins }), ["origins[0].timeouts.connect", "origins[0].timeouts.firstByte"]);
});

test("resolveSettings() keeps the largest object within memory", () => {
  assert.equal(resolveSettings({ memory: "8MiB" }).maxObjectBytes, 8 * 1024 ** 2);
  assert.deepEqual(pathsOf({ memory: "8MiB", maxObjectSize: "9MiB" }), ["maxObjectSize"]);
});

test("resolveSettings() reads trusted proxies to CIDR blocks and refuses other spellings", () => {
  const { trustedProxies } = resolveSettings({ trustedProxies: ["10.0.0.0/8", "192.0.2.1", "fd00::/8", "::1"] });
  assert.deepEqual(trustedProxies, ["10.0.0.0/8", "192.0.2.1/32", "fd00::/8", "::1/128"]);
  const refused = ["10.0.0.0/33", "10.1/8", "::1/129", "localhost", "1.2.3.4/8/8", "1.2.3.4/", "0x7f.0.0.1"];
  assert.equal(pathsOf({ trustedProxies: refused }).length, refused.length);
});

test("resolveSettings() reads host names to lower case", () => {
  assert.deepEqual(resolveSettings({ hosts: ["WWW.Example.com", "[::1]", "192.0.2.1"] }).hosts, [
    "www.example.com",
    "[::1]",
    "192.0.2.1",
  ]);
});

test("a credential in a refused origin URL is not repeated", () => {
  const [problem] = problemsOf({ origins: ["http://me:hunter2@h"] });
  assert.ok(!problem?.message.includes("hunter2"));
});

test("describeSettings() gives a configuration that resolves to the same settings", () => {
  const settings = resolveSettings({
    listen: "[::1]:0",
    origins: ["http://h", { url: "https://i", host: "j:8443", timeouts: { connect: "1500ms" } }],
    memory: 123_456_789,
    state: "var/lacquer",
    query: { ignore: ["utm_*"] },
    freshness: { staleIfError: "1h" },
    admin: { listen: "127.0.0.1:0", hosts: ["cache.internal"] },
    purgeMethod: { allow: ["10.0.0.0/8"] },
    log: "off",
  });
  assert.deepEqual(resolveSettings(JSON.parse(JSON.stringify(describeSettings(settings)))), settings);
});

test("resolveSettings() reads the path of a directory of state, and refuses what is none", () => {
  assert.equal(resolveSettings({ state: "/var/lib/lacquer" }).state, "/var/lib/lacquer");
  for (const state of ["", "a\0b", 3, null]) {
    const [problem] = problemsOf({ state });
    assert.equal(problem?.path, "state");
    assert.match(problem?.message ?? "", /accepted: a path such as "\/var\/lib\/lacquer"$/);
  }
});
