// The rules of the admin API as they hold on the wire of each runtime (RELIABILITY A46).
import assert from "node:assert/strict";
import { test } from "node:test";
import { TOKEN } from "../support/fake-admin.ts";
import { collect, exchange, header, RawConnection, type RawResponse } from "../support/raw-client.ts";
import { type ServedAdmin, withServedAdmin } from "../support/served-admin.ts";

const BEARER = `Authorization: Bearer ${TOKEN}`;
const JSON_TYPE = "Content-Type: application/json";

const CASES: readonly (readonly [what: string, lines: readonly string[], status: number])[] = [
  ["no token", ["GET /v1/stats HTTP/1.1", "Host: 127.0.0.1"], 401],
  ["a wrong token", ["GET /v1/stats HTTP/1.1", "Host: 127.0.0.1", "Authorization: Bearer x"], 401],
  ["the token in the query", [`GET /v1/stats?token=${TOKEN} HTTP/1.1`, "Host: 127.0.0.1"], 401],
  ["two tokens", ["GET /v1/stats HTTP/1.1", "Host: 127.0.0.1", BEARER, "Authorization: Bearer x"], 401],
  ["an Origin", ["GET /v1/stats HTTP/1.1", "Host: 127.0.0.1", BEARER, "Origin: http://evil"], 403],
  ["an empty Origin", ["GET /v1/stats HTTP/1.1", "Host: 127.0.0.1", BEARER, "Origin:"], 403],
  ["another Host", ["GET /v1/stats HTTP/1.1", "Host: evil.example", BEARER], 421],
  ["an unknown path", ["GET /v2 HTTP/1.1", "Host: 127.0.0.1", BEARER], 404],
  ["another method", ["GET /v1/purge HTTP/1.1", "Host: 127.0.0.1", BEARER], 405],
  ["no media type", ["POST /v1/purge HTTP/1.1", "Host: 127.0.0.1", BEARER, "Content-Length: 2"], 415],
];

function send({ port }: ServedAdmin, lines: readonly string[], body = ""): Promise<RawResponse | undefined> {
  return exchange(port, `${lines.join("\r\n")}\r\n\r\n${body}`);
}

for (const [what, lines, status] of CASES) {
  test(`the admin listener answers ${status} to a request with ${what}`, async () => {
    await withServedAdmin(async (admin) => {
      const response = await send(admin, lines, status === 415 ? "{}" : "");
      assert.equal(response?.status, status);
      assert.equal(header(response, "content-type"), "application/problem+json");
      assert.equal(header(response, "cache-control"), "no-store");
      assert.equal(JSON.parse(response.body).status, status);
      assert.ok(!JSON.stringify(response).includes(TOKEN));
      assert.deepEqual([admin.engine.purges, admin.errors], [[], []]);
    });
  });
}

test("the admin listener refuses a request that names no host, and takes it for no fault of its own", async () => {
  await withServedAdmin(async (admin) => {
    for (const [version, expected] of [["1.0", [400, 401, 421]], ["1.1", [400, 401]]] as const) {
      const response = await send(admin, [`GET /v1/stats HTTP/${version}`]);
      assert.ok(expected.some((status) => status === response?.status), `${response?.status} to HTTP/${version}`);
    }
    assert.deepEqual(admin.errors, []);
  });
});

test("the admin listener takes a purge in either framing", async () => {
  await withServedAdmin(async (admin) => {
    const body = '{"tags":["a"]}';
    const lines = ["POST /v1/purge HTTP/1.1", "Host: 127.0.0.1", BEARER, JSON_TYPE];
    const declared = await send(admin, [...lines, `Content-Length: ${body.length}`], body);
    assert.deepEqual([declared?.status, declared?.body.trim()], [200, '{"sequence":1}']);
    const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    assert.equal((await send(admin, [...lines, "Transfer-Encoding: chunked"], chunked))?.status, 200);
    assert.equal(admin.engine.purges.length, 2);
  });
});

test("the admin listener answers 413 to more than one mebibyte, declared or chunked", async () => {
  await withServedAdmin(async (admin) => {
    const lines = ["POST /v1/purge HTTP/1.1", "Host: 127.0.0.1", BEARER, JSON_TYPE];
    const body = '{"all":true}'.padEnd(1024 * 1024 + 1);
    const chunk = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`;
    for (
      const [line, content] of [
        [`Content-Length: ${body.length}`, body],
        ["Transfer-Encoding: chunked", chunk],
      ] as const
    ) {
      const response = await send(admin, [...lines, line], content);
      assert.deepEqual([response?.status, header(response!, "content-type")], [413, "application/problem+json"], line);
    }
    assert.deepEqual([admin.engine.purges, admin.errors], [[], []]);
  });
});

test("the admin listener answers 429 to the eleventh wrong token, on whatever connection", async () => {
  await withServedAdmin(async (admin) => {
    const lines = ["GET /v1/stats HTTP/1.1", "Host: 127.0.0.1"];
    const statuses: (number | undefined)[] = [];
    for (let time = 0; time < 11; time++) {
      statuses.push((await send(admin, [...lines, "Authorization: Bearer x"]))?.status);
    }
    assert.deepEqual(statuses, [...Array(10).fill(401), 429]);
    assert.equal((await send(admin, [...lines, BEARER]))?.status, 200);
  });
});

test("the admin listener reads nothing of a body it refuses as the next request", async () => {
  await withServedAdmin(async (admin) => {
    const smuggled = `GET /v1/stats HTTP/1.1\r\nHost: 127.0.0.1\r\n${BEARER}\r\n\r\n`;
    const head = `POST /v1/purge HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${smuggled.length}\r\n\r\n`;
    const { responses } = await collect(admin.port, head + smuggled, { timeout: 300 });
    assert.deepEqual(responses.map(({ status }) => status), [401]);
  });
});

test("the admin listener takes a client that leaves in the middle of its content for no fault, and purges nothing", async () => {
  await withServedAdmin(async (admin) => {
    const lines = ["POST /v1/purge HTTP/1.1", "Host: 127.0.0.1", BEARER, JSON_TYPE];
    for (
      const [framing, piece] of [["Content-Length: 12", '{"all":'], ["Transfer-Encoding: chunked", '7\r\n{"all":']]
    ) {
      const connection = await RawConnection.open(admin.port);
      connection.send(`${[...lines, framing].join("\r\n")}\r\n\r\n${piece}`);
      await new Promise((resolve) => setTimeout(resolve, 50)); // so that reading has begun
      connection.destroy();
    }
    assert.equal((await send(admin, ["GET /v1/stats HTTP/1.1", "Host: 127.0.0.1", BEARER]))?.status, 200);
    await new Promise((resolve) => setTimeout(resolve, 50)); // so that it is known to have ended
    assert.deepEqual([admin.engine.purges, admin.errors], [[], []]);
  });
});
