// The admin listener and the commands that ask it, each as a process of its own.
import assert from "node:assert/strict";
import { test } from "node:test";
import { get, proxied } from "../support/proxied.ts";
import { collect, exchange, header } from "../support/raw-client.ts";
import { inFolder, type LacquerProcess, runLacquer, startLacquer } from "../support/lacquer-process.ts";

const TOKEN = "s3cret-of-the-environment";

async function addressOf(lacquer: LacquerProcess): Promise<string> {
  return (await lacquer.prints(/^lacquer admin listening on (http:\/\/127\.0\.0\.1:\d+)$/m))[1] ?? "";
}

test("lacquer serve --admin answers on a port of its own, and its output never holds a token that was given", async () => {
  await inFolder({}, async (folder) => {
    const args = ["serve", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--log", "json"];
    const lacquer = startLacquer(args, folder, { env: { LACQUER_ADMIN_TOKEN: TOKEN } });
    try {
      const url = await addressOf(lacquer);
      assert.equal((await fetch(`${url}/healthz`)).status, 200);
      assert.equal((await fetch(`${url}/readyz`)).status, 200);
      const known = await fetch(`${url}/v1/origins`, { headers: { authorization: `Bearer ${TOKEN}` } });
      assert.equal(known.status, 200);
      await fetch(`${url}/v1/stats?token=${TOKEN}`, { headers: { authorization: "Bearer wrong" } });
      const [, proxy] = await lacquer.prints(/^lacquer listening on (http:\S+)/m);
      assert.equal((await fetch(`${proxy}/v1/origins`)).status, 404);
    } finally {
      lacquer.signal("SIGTERM");
    }
    const { code, out, errors } = await lacquer.ended;
    assert.equal(code, 0);
    assert.ok(!`${out}${errors}`.includes(TOKEN));
    const order = out.split("\n").filter((line) => line.startsWith("lacquer "));
    assert.match(order[0] ?? "", /^lacquer listening on /);
    assert.match(order[1] ?? "", /^lacquer admin listening on /);
    assert.equal(order.length, 2);
  });
});

test("lacquer serve makes up a token, which opens the admin API", async () => {
  await inFolder({}, async (folder) => {
    const args = ["serve", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--log", "off"];
    const lacquer = startLacquer(args, folder, { env: { LACQUER_ADMIN_TOKEN: "" } });
    try {
      const url = await addressOf(lacquer);
      const [, token] = await lacquer.prints(/^lacquer admin token: (\S+)$/m);
      assert.equal((await fetch(`${url}/v1/origins`)).status, 401);
      assert.equal((await fetch(`${url}/v1/origins`, { headers: { authorization: `Bearer ${token}` } })).status, 200);
    } finally {
      lacquer.signal("SIGTERM");
    }
    assert.equal((await lacquer.ended).code, 0);
  });
});

test("lacquer serve exits with 1 and one line when the admin port is in use", async () => {
  await inFolder({}, async (folder) => {
    const args = ["serve", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--log", "off"];
    const first = startLacquer(args, folder);
    const address = (await addressOf(first)).slice("http://".length);
    const { code, out, errors } = await runLacquer(["serve", "--listen", "127.0.0.1:0", "--admin", address], folder);
    assert.deepEqual([code, out], [1, ""]);
    assert.equal(errors, `Cannot listen on ${address}: the address is already in use\n`);
    first.signal("SIGTERM");
    await first.ended;
  });
});

test("lacquer purge and lacquer stats take out of use and tell figures", async () => {
  await inFolder({}, async (folder) => {
    const args = ["serve", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--log", "off"];
    const lacquer = startLacquer(args, folder, { env: { LACQUER_ADMIN_TOKEN: TOKEN } });
    try {
      const options = { env: { LACQUER_ADMIN_TOKEN: TOKEN, LACQUER_ADMIN_URL: await addressOf(lacquer) } };
      const [, proxy] = await lacquer.prints(/^lacquer listening on (http:\S+)/m);
      const cacheStatus = async () => (await fetch(`${proxy}/article`)).headers.get("cache-status") ?? "";
      await cacheStatus();
      assert.match(await cacheStatus(), /; hit/);
      const purged = await runLacquer(["purge", "--url", `${proxy}/article`], folder, options);
      assert.deepEqual([purged.code, purged.errors], [0, ""]);
      assert.match(purged.out, /^purged, sequence \d+\n$/);
      assert.match(await cacheStatus(), /fwd=/);
      const stats = await runLacquer(["stats", "--json"], folder, options);
      assert.deepEqual([stats.code, stats.errors], [0, ""]);
      assert.equal(JSON.parse(stats.out).size, 1);
    } finally {
      lacquer.signal("SIGTERM");
      await lacquer.ended;
    }
  });
});

test("lacquer purge exits with 1 and says why where the token is wrong or nobody listens", async () => {
  await inFolder({}, async (folder) => {
    const args = ["serve", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--log", "off"];
    const lacquer = startLacquer(args, folder, { env: { LACQUER_ADMIN_TOKEN: TOKEN } });
    const url = await addressOf(lacquer);
    const purge = ["purge", "--all", "--admin", url];
    const wrong = await runLacquer(purge, folder, { env: { LACQUER_ADMIN_TOKEN: "wrong" } });
    assert.deepEqual([wrong.code, wrong.out], [1, ""]);
    assert.match(wrong.errors, /the token in LACQUER_ADMIN_TOKEN is not the one it takes\n$/);
    lacquer.signal("SIGTERM");
    await lacquer.ended;
    const alone = await runLacquer(purge, folder, { env: { LACQUER_ADMIN_TOKEN: TOKEN } });
    assert.equal(alone.code, 1);
    assert.match(
      alone.errors,
      /^Cannot reach the admin API at http:\/\/127\.0\.0\.1:\d+: the connection was refused\n/,
    );
  });
});

test("PURGE on the port of the proxy is a 405 that nothing comes of, and of which the origin learns nothing (A46)", async () => {
  const answer = "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 4\r\n\r\npage";
  await proxied(undefined, async ({ port, origin }) => {
    origin.respond(answer);
    await exchange(port, get("/a"));
    for (const method of ["PURGE", "BAN", "REFRESH"]) {
      const lines = ["X-Forwarded-For: 127.0.0.1", `Authorization: Bearer ${TOKEN}`];
      const refused = await exchange(port, get("/a", lines).replace("GET", method));
      assert.ok([400, 405, 501, undefined].includes(refused?.status), `${method}: ${refused?.status}`);
      if (method === "PURGE") {
        assert.equal(refused?.status, 405);
        assert.match(header(refused, "allow") ?? "", /^GET, HEAD, POST/);
      }
    }
    assert.match(header((await exchange(port, get("/a")))!, "cache-status") ?? "", /; hit/);
    assert.deepEqual(origin.requests.map(({ method }) => method), ["GET"]);
  });
});

test("PURGE on the port of the proxy purges one URL for an address that may, and its body is no request", async () => {
  const config = JSON.stringify({ purgeMethod: { allow: ["127.0.0.1"] }, listen: "127.0.0.1:0", log: "off" });
  await inFolder({ "lacquer.config.json": config }, async (folder) => {
    const lacquer = startLacquer(["serve"], folder);
    try {
      const port = Number((await lacquer.prints(/^lacquer listening on http:\/\/127\.0\.0\.1:(\d+)/))[1]);
      const isHit = async (path: string) => {
        const response = await exchange(port, get(path));
        return /; hit/.test(header(response!, "cache-status") ?? "");
      };
      for (const path of ["/article", "/article?a=1"]) await isHit(path);
      const body = get("/smuggled");
      const request = get("/article", [`Content-Length: ${body.length}`]).replace("GET", "PURGE") + body;
      const { responses } = await collect(port, request, { timeout: 300 });
      assert.deepEqual(responses.map(({ status }) => status), [200]);
      assert.match(responses[0]?.body ?? "", /^\{"sequence":\d+\}\n$/);
      assert.deepEqual([await isHit("/article"), await isHit("/article?a=1")], [false, true]);
    } finally {
      lacquer.signal("SIGTERM");
      await lacquer.ended;
    }
  });
});
