// Vectors A46, A47, A49 and A50 of the purge, over HTTP against the whole proxy.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PurgeRequest } from "../../src/invalidation/purge-request.ts";
import { type Held, page } from "../support/gated-origin.ts";
import { get } from "../support/proxied.ts";
import { isHit, type Purgeable, purgeable } from "../support/purgeable.ts";
import { exchange, header, RawConnection } from "../support/raw-client.ts";

/** All ways to purge a target on example.org. Its tags are known from the answers of the origin only. */
const WAYS: Readonly<Record<string, (target: string) => PurgeRequest>> = {
  "url": (target) => ({ urls: [`http://example.org${target}`] }),
  "tag": (target) => ({ tags: [tagOf(target)] }),
  "prefix of the path": (target) => ({ prefixes: [target] }),
  "prefix with the host": (target) => ({ prefixes: [`http://example.org${target}`] }),
  "host": () => ({ hosts: ["example.org"] }),
  "ban of the path": (target) => ({ bans: [{ where: [{ field: "path", prefix: target }] }] }),
  "ban of the tag": (target) => ({ bans: [{ where: [{ field: "tag", equals: tagOf(target) }] }] }),
  "ban of a field": (target) => ({ bans: [{ where: [{ field: "header", name: "x-mark", equals: tagOf(target) }] }] }),
  "all": () => ({ all: true }),
};

function tagOf(target: string): string {
  return `tag-${target.replaceAll("/", "")}`;
}

interface Case {
  readonly target: string;
  readonly way: string;
  /** Fields of all answers: how fresh they are, and the tag. */
  readonly lines: readonly string[];
  purge(): Promise<void>;
}

interface Circumstances {
  readonly cacheControl: string;
  readonly soft: boolean;
  /** Only these ways, each with a proxy of its own that knows nothing yet of how long the origin takes. */
  readonly apart?: readonly string[];
}

/** Runs `story` for every way to purge, each with a target of its own. */
async function everyWay(
  circumstances: Circumstances,
  story: (proxy: Purgeable, one: Case) => Promise<void>,
): Promise<void> {
  if (circumstances.apart !== undefined) {
    for (const way of circumstances.apart) await purgeable((proxy) => story(proxy, prepare(proxy, way, circumstances)));
    return;
  }
  await purgeable(async (proxy) => {
    for (const way of Object.keys(WAYS)) await story(proxy, prepare(proxy, way, circumstances));
  });
}

function prepare(proxy: Purgeable, way: string, { cacheControl, soft }: Circumstances): Case {
  const target = `/${way.replaceAll(" ", "-")}/`;
  const lines = [...cacheControl.split("; "), `Surrogate-Key: ${tagOf(target)} other`, `X-Mark: ${tagOf(target)}`];
  proxy.origin.version = 1;
  proxy.origin.lines = lines;
  const purge = async () => {
    proxy.origin.version = 2;
    await proxy.purge({ ...WAYS[way]!(target), soft });
  };
  return { target, way: `${soft ? "soft purge" : "purge"} by ${way}`, lines, purge };
}

/** Requires that what is sent from now on is version 2, and that it is stored. */
async function requireNew({ get, landed }: Purgeable, { target, way }: Case): Promise<void> {
  assert.equal((await get(target)).body, "v2", way);
  await landed();
  const again = await get(target);
  assert.deepEqual([again.body, isHit(again)], ["v2", true], `${way}, the one after it`);
}

const FRESH = "Cache-Control: max-age=600";
/** Stale when it arrives, so that no test has to wait for it. */
const STALE_SOON = "Cache-Control: max-age=10, stale-while-revalidate=600; Age: 10";
const TO_CONFIRM = 'Cache-Control: max-age=10; Age: 10; ETag: "v1"';

for (const soft of [false, true]) {
  const kind = soft ? "soft purge" : "purge";

  test(`A49: a fetch held at the origin during a ${kind} is not given to the next request`, async () => {
    await everyWay({ cacheControl: FRESH, soft }, async (proxy, one) => {
      const holding = proxy.origin.hold();
      const early = proxy.get(one.target);
      const held = await holding;
      await one.purge();
      held.send(page(1, one));
      assert.match((await early).body, /^v[12]$/, one.way);
      await requireNew(proxy, one);
    });
  });

  test(`A49: a request after a ${kind} does not wait for a fetch from before it, nor is its answer replaced`, async () => {
    await everyWay({ cacheControl: FRESH, soft }, async (proxy, one) => {
      // Of a fetch whose headers are awaited nobody knows the tags and fields yet; and what is softly purged may wait.
      const isKnownFromUrl = !soft && /url|prefix|host|all/.test(one.way);
      const holding = proxy.origin.hold();
      const early = proxy.get(one.target);
      const held = await holding;
      await one.purge();
      const late = proxy.get(one.target);
      if (isKnownFromUrl) assert.equal((await late).body, "v2", one.way);
      held.send(page(1, one));
      assert.match((await early).body, /^v[12]$/, one.way);
      assert.equal((await late).body, "v2", one.way);
      await proxy.landed();
      await requireNew(proxy, one);
    });
  });

  test(`A50: a 304 in flight during a ${kind} confirms nothing`, async () => {
    await everyWay({ cacheControl: TO_CONFIRM, soft }, async (proxy, one) => {
      assert.equal((await proxy.get(one.target)).body, "v1", one.way);
      const holding = proxy.origin.hold();
      const early = proxy.get(one.target);
      const held = await holding;
      assert.match(held.request.head, /^if-none-match: "v1"$/im, one.way);
      await one.purge();
      held.send(["HTTP/1.1 304 Not Modified", "Cache-Control: max-age=600", 'ETag: "v1"', "", ""].join("\r\n"));
      proxy.origin.lines = [FRESH, 'ETag: "v2"'];
      assert.match((await early).body, /^v[12]$/, one.way);
      await requireNew(proxy, one);
    });
  });

  for (const isAskedMeanwhile of [false, true]) {
    const when = isAskedMeanwhile ? "at once" : "once it has arrived";
    test(`A50: a body half arrived during a ${kind} is not given to the next request, ${when}`, async () => {
      await everyWay({ cacheControl: FRESH, soft }, async (proxy, one) => {
        const body = "v1 first half, v1 second half";
        const bytes = page(1, { ...one, body });
        const holding = proxy.origin.hold();
        const early = await RawConnection.open(proxy.port);
        early.send(get(one.target));
        const held = await holding;
        held.send(bytes.slice(0, -15));
        await early.sees("v1 first half");
        await one.purge();
        if (isAskedMeanwhile) assert.equal((await proxy.get(one.target)).body, "v2", one.way);
        held.send(bytes.slice(-15));
        assert.equal((await early.response())?.body, body, one.way);
        early.destroy();
        await proxy.landed();
        await requireNew(proxy, one);
      });
    });
  }

  test(`A50: 50 who wait when a ${kind} comes may get what they wait for, nobody after them does`, async () => {
    await everyWay(
      { cacheControl: FRESH, soft, apart: soft ? ["url", "tag"] : ["url", "tag", "ban of a field"] },
      async (proxy, one) => {
        const holding = proxy.origin.hold();
        const leader = proxy.get(one.target);
        const held = await holding;
        const waiting = Array.from({ length: 50 }, () => proxy.get(one.target));
        await proxy.waiters(50);
        await one.purge();
        const later = Array.from({ length: 10 }, () => proxy.get(one.target));
        held.send(page(1, one));
        for (const { status, body } of await Promise.all([leader, ...waiting])) {
          assert.equal(status, 200, one.way);
          assert.match(body, /^v[12]$/, one.way);
        }
        assert.deepEqual(new Set((await Promise.all(later)).map(({ body }) => body)), new Set(["v2"]), one.way);
        await proxy.landed();
        await requireNew(proxy, one);
      },
    );
  });
}

test("A50: a stale-while-revalidate refresh in flight during a purge is not given to the next request", async () => {
  await everyWay({ cacheControl: STALE_SOON, soft: false }, async (proxy, one) => {
    const held = await refreshing(proxy, one);
    await one.purge();
    held.send(page(1, one));
    await proxy.landed();
    proxy.origin.lines = [FRESH];
    await requireNew(proxy, one);
  });
});

test("A50: a request after a purge does not get what a refresh from before it brings, nor is its answer replaced", async () => {
  await everyWay({ cacheControl: STALE_SOON, soft: false }, async (proxy, one) => {
    const held = await refreshing(proxy, one);
    await one.purge();
    proxy.origin.lines = [FRESH];
    const late = proxy.get(one.target);
    held.send(page(1, { lines: [FRESH, ...one.lines.slice(2)] }));
    assert.equal((await late).body, "v2", one.way);
    await proxy.landed();
    await requireNew(proxy, one);
  });
});

/** Stores version 1, has it delivered stale, and holds the refresh at the origin. */
async function refreshing({ origin, get }: Purgeable, { target, way }: Case): Promise<Held> {
  assert.equal((await get(target)).body, "v1", way);
  const holding = origin.hold();
  assert.equal((await get(target)).body, "v1", `${way}, stale`);
  return await holding;
}

test("what was softly purged does not come back by a HEAD whose answer has nothing to tell versions by", async () => {
  await everyWay({ cacheControl: FRESH, soft: true }, async (proxy, one) => {
    assert.equal((await proxy.get(one.target)).body, "v1", one.way);
    await one.purge();
    const head = await exchange(proxy.port, get(one.target).replace("GET", "HEAD"), { method: "HEAD" });
    assert.equal(header(head!, "content-length"), "2", one.way);
    await requireNew(proxy, one);
  });
});

test("A46: PURGE on the data port is refused with 405, and the object is still a hit", async () => {
  await purgeable(async ({ port, get: ask }) => {
    await ask("/a");
    const refused = await exchange(port, get("/a").replace("GET", "PURGE"));
    assert.equal(refused?.status, 405);
    assert.equal(isHit(await ask("/a")), true);
  });
});

test("A46: the admin API takes no purge without the token, with a wrong one, with one in the query, or from a page", async () => {
  await purgeable(async ({ get: ask, admin }) => {
    await ask("/a");
    const right = `Authorization: Bearer ${admin.token}`;
    const inQuery = ["token", "access_token"].map((name) => `/v1/purge?${name}=${encodeURIComponent(admin.token)}`);
    const requests: (readonly [status: number, target: string, lines: readonly string[]])[] = [
      [401, "/v1/purge", []],
      [401, "/v1/purge", ["Authorization: Bearer wrong"]],
      [401, "/v1/purge", [`Authorization: Basic ${btoa(`admin:${admin.token}`)}`]],
      ...inQuery.map((target) => [401, target, []] as const),
      [403, "/v1/purge", [right, "Origin: http://evil"]],
      [403, "/v1/purge", [right, "Origin: null"]],
    ];
    for (const [status, target, lines] of requests) {
      const response = await postJson(admin.url, { target, lines }, '{"all":true}');
      assert.equal(response?.status, status, `${target} ${lines}`);
      assert.equal(header(response!, "content-type"), "application/problem+json", `${target} ${lines}`);
      assert.equal(isHit(await ask("/a")), true, `${target} ${lines}`);
    }
    assert.equal((await postJson(admin.url, { target: "/v1/purge", lines: [right] }, '{"all":true}'))?.status, 200);
    assert.equal(isHit(await ask("/a")), false);
  });
});

function postJson(url: string, { target, lines }: { target: string; lines: readonly string[] }, content: string) {
  const { host, port } = new URL(url);
  const head = [`POST ${target} HTTP/1.1`, `Host: ${host}`, "Content-Type: application/json", ...lines];
  return exchange(Number(port), [...head, `Content-Length: ${content.length}`, "", content].join("\r\n"), {
    method: "POST",
  });
}

test("A47: a response with 5,000 tags is delivered, and not stored", async () => {
  await purgeable(async ({ origin, get }) => {
    const tags = Array.from({ length: 5000 }, (_, index) => `t${index}`).join(" ");
    origin.lines = [FRESH, `Surrogate-Key: ${tags}`];
    assert.equal((await get("/many")).body, "v1");
    origin.version = 2;
    assert.equal((await get("/many")).body, "v2");
  });
});

/** A tag, and the field line that names it. */
const ODD_TAGS: readonly (readonly [tag: string, line: string])[] = [
  ["__proto__", "Surrogate-Key: __proto__"],
  ["constructor", "Cache-Tag: constructor,toString"],
  ["toString", "xkey: hasOwnProperty toString"],
  ["x".repeat(4096), `Surrogate-Key: ${"x".repeat(4096)}`],
  ["with spaces, and more", 'Cache-Groups: "with spaces, and more"'],
];

test("A47: odd tags are plain strings: one purge by one of them reaches what has it, and nothing else", async () => {
  await purgeable(async (proxy) => {
    for (const [index, [tag, line]] of ODD_TAGS.entries()) {
      const [target, other] = [`/odd/${index}`, `/other/${index}`];
      proxy.origin.version = 1;
      proxy.origin.lines = [FRESH, line];
      await proxy.get(target);
      proxy.origin.lines = [FRESH, "Surrogate-Key: other"];
      await proxy.get(other);
      for (const stored of [target, other]) assert.equal(isHit(await proxy.get(stored)), true, line.slice(0, 60));
      proxy.origin.version = 2;
      await proxy.purge({ tags: [tag] });
      assert.equal((await proxy.get(target)).body, "v2", line.slice(0, 60));
      assert.equal(isHit(await proxy.get(other)), true, line.slice(0, 60));
    }
  });
});
