/** What a purge reaches, by whatever it is named, and what it refuses. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PurgeError, type PurgeRequest } from "../../src/invalidation/purge-request.ts";
import { counting, FRESH, hits, PAGE } from "../support/purging.ts";
import { originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

const PAGES = ["/blog/one", "/blog/one?x=1&y=2", "/blog/two", "/shop", "/"];

const REACHED: readonly (readonly [request: PurgeRequest, purged: readonly string[]])[] = [
  [{ urls: [PAGE] }, ["/blog/one"]],
  [{ urls: ["https://EXAMPLE.org:443/blog/one#part"] }, ["/blog/one"]],
  [{ urls: [`${PAGE}?y=2&x=1`, "http://example.org"] }, ["/blog/one?x=1&y=2", "/"]],
  [{ urls: ["http://other.example/blog/one"] }, []],
  [{ prefixes: ["/blog/"] }, ["/blog/one", "/blog/one?x=1&y=2", "/blog/two"]],
  [{ prefixes: ["http://example.org/blog/one"] }, ["/blog/one", "/blog/one?x=1&y=2"]],
  [{ prefixes: ["https://example.org/sh"] }, ["/shop"]],
  [{ prefixes: ["https://other.example/"] }, []],
  [{ hosts: ["example.ORG"] }, PAGES],
  [{ hosts: ["example.org:8080", "other.example"] }, []],
  [{ tags: ["blog"] }, ["/blog/one", "/blog/two"]],
  [{ tags: ["BLOG", "blo"] }, []],
  [{ tags: ["shop"], urls: ["http://example.org/"] }, ["/shop", "/"]],
  [{ bans: [{ where: [{ field: "path", glob: "/*o*" }, { field: "tag", equals: "blog" }] }] }, [
    "/blog/one",
    "/blog/two",
  ]],
  [{ bans: [{ where: [{ field: "header", name: "X-Kind", regex: "^s" }] }] }, ["/shop"]],
  [{ all: true }, PAGES],
];

test("CacheEngine.purge() takes out what each kind of item covers, and nothing else", async () => {
  for (const [request, purged] of REACHED) {
    const proxy = startProxy();
    counting(proxy, {
      "/blog/one": { "surrogate-key": "blog one" },
      "/blog/two": { "cache-tag": "two,blog" },
      "/shop": { "xkey": "shop", "x-kind": "store" },
    });
    await hits(proxy, PAGES);
    assert.deepEqual(await proxy.engine.purge(request), { sequence: 1 });
    assert.deepEqual(await hits(proxy, PAGES), PAGES.filter((page) => !purged.includes(page)), JSON.stringify(request));
    assert.deepEqual(await hits(proxy, PAGES), PAGES, "once");
  }
});

test("CacheEngine.purge() of a URL takes out every variant, query content and alias of it", async () => {
  const proxy = startProxy();
  proxy.origin.respond(({ method, fields }) => {
    const language = fields.find(([name]) => name === "accept-language")?.[1];
    return originResponse(`${method} ${language}`, {
      ...FRESH,
      vary: "accept-language",
      "no-vary-search": 'params=("utm")',
    });
  });
  const asks = [
    { headers: { "accept-language": "de" } },
    { headers: { "accept-language": "en" } },
    { method: "QUERY", body: "x" },
  ];
  for (const ask of asks) await proxy.getText("/a?utm=1", ask);
  await settled();
  assert.match((await proxy.get("/a?utm=2", asks[0])).headers.get("cache-status") ?? "", /; hit/);
  await proxy.engine.purge({ urls: ["http://example.org/a?utm=2"] });
  assert.equal(proxy.engine.size, 0);
  const before = proxy.origin.requests.length;
  for (const ask of asks) await proxy.getText("/a?utm=2", ask);
  assert.equal(proxy.origin.requests.length - before, asks.length);
});

test("CacheEngine.purge() of a URL or prefix covers what was asked for in the same words, however they are escaped", async () => {
  const targets = ["/{x}", '/a"b', "/a<b>", "/a^b", "/a`b", "/x?q='y'", '/x?q="y"', "/x?q=<y>", "/é", "/[x]|y"];
  for (const target of targets) {
    const url = `http://example.org${target}`;
    for (const request of [{ urls: [url] }, { prefixes: [target] }, { prefixes: [url] }, { urls: [url], soft: true }]) {
      const proxy = startProxy();
      proxy.origin.reply("v1", FRESH).reply("v2", FRESH);
      await proxy.getText(target);
      await settled();
      await proxy.engine.purge(request);
      assert.equal(await proxy.getText(target), "v2", JSON.stringify(request));
    }
  }
});

test("CacheEngine.purge() of a URL covers what was asked for with dot segments in it, and a prefix does not grow by them", async () => {
  const proxy = startProxy();
  proxy.origin.reply("v1", FRESH).reply("v2", FRESH);
  await proxy.getText("/a/../b");
  await settled();
  await proxy.engine.purge({ prefixes: ["/a/.."] });
  assert.equal(await proxy.getText("/a/../b"), "v1");
  await proxy.engine.purge({ urls: ["http://example.org/a/../b"] });
  assert.equal(await proxy.getText("/a/../b"), "v2");
});

test("CacheEngine.purge() of a host with the port of its scheme covers what is stored without, and no other port", async () => {
  const cases: readonly (readonly [url: string, host: string, isCovered: boolean])[] = [
    ["https://a.example/", "a.example:443", true],
    ["http://a.example/", "a.example:80", true],
    ["http://a.example/", "a.example:443", true], // behind one that terminates TLS
    ["http://a.example:8080/", "a.example:80", false],
    ["http://a.example:443/", "a.example:443", true],
    ["http://[::1]/", "[::1]:80", true],
    ["http://a.example/", "a.example:8080", false],
  ];
  for (const [url, host, isCovered] of cases) {
    const { engine, origin } = startProxy();
    origin.reply("v1", FRESH).reply("v2", FRESH);
    await (await engine.fetch(url)).text();
    await settled();
    await engine.purge({ hosts: [host] });
    assert.equal(await (await engine.fetch(url)).text(), isCovered ? "v2" : "v1", `${host} for ${url}`);
  }
});

const REFUSED: readonly PurgeRequest[] = [
  {},
  { all: false, soft: true },
  ...["", "/blog", "example.org/a", "ftp://a/", "http://", "http://a b/", "http://a@b/", "http://[::1/"].map((url) => ({
    urls: [url],
  })),
  ...["", "a\0b", "x".repeat(9_000)].map((tag) => ({ tags: [tag] })),
  ...["", "blog", "ftp://a/", "/blog/*", "http://a/*", "/a#b"].map((prefix) => ({ prefixes: [prefix] })),
  ...["", "a/b", "http://a", "a b", "a:port", "u@a"].map((host) => ({ hosts: [host] })),
  { bans: [{ where: [] }] },
];

test("CacheEngine.purge() refuses what it cannot read, names it, and purges nothing of the request", async () => {
  const proxy = startProxy();
  counting(proxy);
  await hits(proxy, ["/a"]);
  for (const request of REFUSED) {
    await assert.rejects(
      proxy.engine.purge({ ...request, ...(request.urls && { hosts: ["example.org"] }) }),
      (error) => {
        assert.ok(error instanceof PurgeError);
        assert.equal(error.refusal, "invalid");
        assert.match(error.message, /^Cannot purge /, JSON.stringify(request));
        return true;
      },
    );
  }
  assert.deepEqual(await hits(proxy, ["/a"]), ["/a"]);
  assert.equal(proxy.engine.stats.purging.sequence, 0);
});
