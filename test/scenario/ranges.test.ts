/** Several ranges at once, and ranges of what is still arriving (RFC 9110 §14, T20). */
import assert from "node:assert/strict";
import { test } from "node:test";
import { openResponse, originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

const FIELDS = { "cache-control": "max-age=60", "content-type": "text/plain", etag: '"1"' };
const BODY = "0123456789";

function part(range: string, bytes: string, type: string | undefined = "text/plain"): string {
  const typeLine = type === undefined ? "" : `Content-Type: ${type}\r\n`;
  return `--XX\r\n${typeLine}Content-Range: bytes ${range}/10\r\n\r\n${bytes}\r\n`;
}

async function withStored(fields: Record<string, string> = FIELDS) {
  const proxy = startProxy({ boundary: () => "XX" });
  proxy.origin.reply(BODY, fields);
  await proxy.getText("/page");
  await settled();
  return proxy;
}

const SEVERAL: ReadonlyArray<[value: string, status: number, body: string]> = [
  ["bytes=0-1,5-6", 206, part("0-1", "01") + part("5-6", "56") + "--XX--\r\n"],
  ["bytes=-2, 0-0", 206, part("8-9", "89") + part("0-0", "0") + "--XX--\r\n"],
  ["bytes=0-0,2-2,4-4", 206, part("0-0", "0") + part("2-2", "2") + part("4-4", "4") + "--XX--\r\n"],
  ["bytes=0-1,20-30", 206, "01"], // only one of them is there
  ["bytes=20-30,40-", 416, ""],
  ["bytes=0-5,5-9", 200, BODY],
  ["bytes=0-0,1-1,2-2,3-3,4-4,5-5,6-6,7-7,8-8", 200, BODY],
  [`bytes=${Array(500).fill("0-").join()}`, 200, BODY],
  ["bytes=-1,-9223372036854775807", 200, BODY],
  ["bytes=0-18446744073709551615", 206, BODY],
];

for (const [value, status, body] of SEVERAL) {
  test(`a stored response answers Range: ${value.slice(0, 50)} with ${status} and exactly these bytes (A39)`, async () => {
    const proxy = await withStored();
    const response = await proxy.get("/page", { headers: { range: value } });
    assert.equal(response.status, status);
    const text = await response.text();
    assert.equal(text, body);
    if (status !== 416) assert.equal(response.headers.get("content-length"), String(text.length));
    const isSeveral = body.includes("--XX--");
    const type = isSeveral ? "multipart/byteranges; boundary=XX" : status === 416 ? null : "text/plain";
    assert.equal(response.headers.get("content-type"), type);
    if (isSeveral) assert.equal(response.headers.get("content-range"), null);
    assert.equal(proxy.exchanges.at(-1)?.bytesSent, text.length);
    assert.equal(proxy.origin.requests.length, 1);
  });
}

test("parts of what has no type name none", async () => {
  const proxy = await withStored({ "cache-control": "max-age=60" });
  const response = await proxy.get("/page", { headers: { range: "bytes=0-1,5-6" } });
  assert.equal(
    await response.text(),
    part("0-1", "01", "").replaceAll("Content-Type: \r\n", "") +
      part("5-6", "56", "").replaceAll("Content-Type: \r\n", "") + "--XX--\r\n",
  );
});

test("several ranges of what is still arriving are sent as their bytes come, in the order asked", async () => {
  const proxy = startProxy({ boundary: () => "XX" });
  const open = openResponse({ ...FIELDS, "content-length": "10" }, "length");
  proxy.origin.respond(() => open.response);
  const whole = await proxy.get("/page");
  const several = await proxy.get("/page", { headers: { range: "bytes=6-8,0-2" } });
  assert.equal(several.status, 206);
  const text = several.text();
  open.send("0123");
  await settled();
  open.send("456789");
  open.end();
  const body = part("6-8", "678") + part("0-2", "012") + "--XX--\r\n";
  assert.equal(await text, body);
  assert.equal(several.headers.get("content-length"), String(body.length));
  assert.equal(await whole.text(), BODY);
  assert.equal(proxy.origin.requests.length, 1);
});

test("several ranges of what breaks off break off too, and their exchange ends once", async () => {
  const proxy = startProxy({ boundary: () => "XX" });
  const open = openResponse({ ...FIELDS, "content-length": "10" }, "length");
  proxy.origin.respond(() => open.response);
  const several = await proxy.get("/page", { headers: { range: "bytes=1-2,4-5,8-9" } });
  open.send("0123");
  const text = several.text();
  await settled();
  open.fail();
  await assert.rejects(text);
  await settled();
  assert.deepEqual(proxy.exchanges.map(({ complete }) => complete), [false]);
  assert.equal(proxy.engine.size, 0);
});

test("a client that leaves in the middle of several ranges ends its exchange once", async () => {
  const proxy = startProxy({ boundary: () => "XX" });
  const open = openResponse({ ...FIELDS, "content-length": "10" }, "length");
  proxy.origin.respond(() => open.response);
  const several = await proxy.get("/page", { headers: { range: "bytes=1-2,4-5" } });
  open.send("0123");
  const reader = (several.body as ReadableStream<Uint8Array>).getReader();
  await reader.read();
  await reader.cancel();
  open.send("456789");
  open.end();
  await settled();
  assert.deepEqual(proxy.exchanges.map(({ complete }) => complete), [false]);
  assert.equal(await proxy.getText("/page"), BODY, "it was received all the same");
});

test("one range of what is still arriving is sent as it comes, and refused where its length forbids", async () => {
  const proxy = startProxy();
  const open = openResponse({ ...FIELDS, "content-length": "10" }, "length");
  proxy.origin.respond(() => open.response);
  await proxy.get("/page");
  const answers = await Promise.all(
    ["bytes=2-4", "bytes=-3", "bytes=10-"].map((value) => proxy.get("/page", { headers: { range: value } })),
  );
  assert.deepEqual(answers.map(({ status }) => status), [206, 206, 416]);
  open.send(BODY);
  open.end();
  assert.deepEqual(await Promise.all(answers.map((response) => response.text())), ["234", "789", ""]);
  assert.equal(proxy.origin.requests.length, 1);
});

test("several ranges of what is not stored fetch the whole once, and the next ones are hits", async () => {
  const proxy = startProxy({ boundary: () => "XX" });
  proxy.origin.reply(BODY, FIELDS);
  const several = await proxy.get("/page", { headers: { range: "bytes=0-1,5-6" } });
  assert.equal(await several.text(), SEVERAL[0]![2]);
  assert.equal(proxy.origin.lastField("range"), undefined);
  await settled();
  assert.equal((await proxy.get("/page", { headers: { range: "bytes=3-4" } })).status, 206);
  assert.equal(proxy.origin.requests.length, 1);
});

test("several ranges of what is too large to be stored go to the origin as they are, and the whole is given up", async () => {
  const proxy = startProxy({ maxObjectBytes: 5 });
  const open = openResponse({ ...FIELDS, "content-length": "10" }, "length");
  proxy.origin.respond(() => open.response)
    .respond(() => originResponse("--x--", { "content-type": "multipart/byteranges; boundary=x" }, 206));
  const several = await proxy.get("/page", { headers: { range: "bytes=0-1,5-6" } });
  assert.deepEqual([several.status, await several.text()], [206, "--x--"]);
  assert.equal(proxy.origin.lastField("range"), "bytes=0-1,5-6");
  await settled();
  assert.ok(open.cancelled);
});
