/** What may be stored for everybody: named fields, cookies, authorisation, statuses, targeted control. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { barrier, originResponse, settled, startProxy } from "../support/scripted-proxy.ts";

/** Whether the second of two GETs is answered from the store. */
async function isStored(
  fields: Record<string, string>,
  { status = 200, headers = {}, options = {} }: {
    status?: number;
    headers?: Record<string, string>;
    options?: Parameters<typeof startProxy>[0];
  } = {},
): Promise<boolean> {
  const proxy = startProxy(options);
  proxy.origin.respond(() => originResponse("page", fields, status));
  await proxy.getText("/page", { headers });
  await settled();
  await proxy.getText("/page");
  return proxy.origin.requests.length === 1;
}

for (const directive of ["private", "no-cache"]) {
  test(`a field that ${directive} names is for the client that caused the fetch, and for nobody else`, async () => {
    const proxy = startProxy();
    const gate = barrier();
    const control = `max-age=60, ${directive}="X-Mine, Set-Cookie"`;
    proxy.origin.respond(async () => {
      await gate.passed;
      return originResponse("page", { "cache-control": control, "x-mine": "1", "x-ours": "2", "set-cookie": "a=b" });
    });
    const waiting = [proxy.get("/page"), proxy.get("/page")];
    await settled();
    gate.open();
    const [leader, follower] = await Promise.all(waiting);
    const told = (response: Response) => ["x-mine", "set-cookie", "x-ours"].map((name) => response.headers.get(name));
    assert.deepEqual(told(leader!), ["1", "a=b", "2"]);
    assert.deepEqual(told(follower!), [null, null, "2"]);
    await settled();
    assert.deepEqual(told(await proxy.get("/page")), [null, null, "2"]);
    assert.equal(proxy.origin.requests.length, 1);
  });

  test(`${directive} with anything but a quoted list of names counts for all of the response`, async () => {
    for (const argument of ["=x", '=""', '="a b"', '="', ""]) {
      assert.equal(await isStored({ "cache-control": `max-age=60, ${directive}${argument}` }), false, argument);
    }
  });
}

test("Set-Cookie is not stored, is stored without the cookies where so configured, and stays with its client", async () => {
  assert.equal(await isStored({ "cache-control": "max-age=60", "set-cookie": "a=b" }), false);
  const proxy = startProxy({ setCookie: "strip" });
  const gate = barrier();
  proxy.origin.respond(async () => {
    await gate.passed;
    const response = originResponse("page", { "cache-control": "max-age=60", "set-cookie": "a=b" });
    return { ...response, fields: [...response.fields, ["set-cookie", "c=d"]] };
  });
  const waiting = [proxy.get("/page"), proxy.get("/page")];
  await settled();
  gate.open();
  const [leader, follower] = await Promise.all(waiting);
  assert.deepEqual(leader!.headers.getSetCookie(), ["a=b", "c=d"]);
  assert.deepEqual(follower!.headers.getSetCookie(), []);
  await settled();
  assert.deepEqual((await proxy.get("/page")).headers.getSetCookie(), []);
  assert.equal(proxy.origin.requests.length, 1);
});

test("the cookies of a 304 go to the client that asked, and to nobody else", async () => {
  const proxy = startProxy({ setCookie: "strip" });
  const fields = { "cache-control": "max-age=60", etag: '"1"' };
  proxy.origin.reply("page", fields).reply("", { ...fields, "set-cookie": "a=b" }, 304);
  await proxy.getText("/page");
  await settled();
  proxy.clock.advance(70_000);
  assert.deepEqual((await proxy.get("/page")).headers.getSetCookie(), ["a=b"]);
  await settled();
  assert.deepEqual((await proxy.get("/page")).headers.getSetCookie(), []);
  assert.equal(proxy.origin.requests.length, 2);
});

test("must-understand outweighs no-store where the status is understood (RFC 9111 §5.2.2.3)", async () => {
  const control = { "cache-control": "max-age=60, must-understand, no-store" };
  assert.equal(await isStored(control), true);
  assert.equal(await isStored(control, { status: 404 }), true);
  assert.equal(await isStored(control, { status: 299 }), false);
  assert.equal(await isStored({ "cache-control": "max-age=60, must-understand" }, { status: 299 }), false);
  assert.equal(await isStored({ "cache-control": "max-age=60" }, { status: 299 }), true);
  assert.equal(await isStored({ "cache-control": "max-age=60, must-understand, no-store, private" }), false);
});

test("the answer to an authorised request is stored where the origin says so (A31)", async () => {
  const headers = { authorization: "x" };
  for (const control of ["public, max-age=60", "s-maxage=60", "max-age=60, must-revalidate"]) {
    assert.equal(await isStored({ "cache-control": control }, { headers }), true, control);
  }
  for (const control of ["max-age=60", "max-age=60, proxy-revalidate", 'max-age=60, private="x"']) {
    assert.equal(await isStored({ "cache-control": control }, { headers }), false, control);
  }
});

test("statuses that answer the conditions of one request are never stored", async () => {
  for (const status of [412, 416]) {
    assert.equal(await isStored({ "cache-control": "public, max-age=60" }, { status }), false, `${status}`);
  }
});

test("errors are stored without explicit freshness only where so configured, and only those that RFC 9110 names", async () => {
  const fields = { "last-modified": "Wed, 31 Dec 2024 12:00:00 GMT" };
  const options = { freshness: { heuristicErrors: true } };
  for (const status of [404, 405, 410, 414, 501]) {
    assert.equal(await isStored(fields, { status }), false, `${status}`);
    assert.equal(await isStored(fields, { status, options }), true, `${status}`);
  }
  for (const status of [400, 403, 500, 503]) {
    assert.equal(await isStored(fields, { status, options }), false, `${status}`);
  }
});

test("targeted control replaces Cache-Control and Expires, the first that is valid counts (RFC 9213)", async () => {
  const rows: [Record<string, string>, boolean][] = [
    [{ "lacquer-cache-control": "max-age=60", "cache-control": "no-store" }, true],
    [{ "lacquer-cache-control": "no-store", "cache-control": "max-age=60" }, false],
    [{ "lacquer-cache-control": "max-age=60", "cdn-cache-control": "no-store" }, true],
    [{ "cdn-cache-control": "max-age=60", "cache-control": "private" }, true],
    [{ "cdn-cache-control": "max-age=60, private" }, false],
    [{ "lacquer-cache-control": "max-age=60, &", "cdn-cache-control": "no-store" }, false],
    [{ "lacquer-cache-control": "max-age=60, &", "cache-control": "max-age=60" }, true],
    [{ "lacquer-cache-control": "public", expires: "Fri, 01 Jan 2027 00:00:00 GMT" }, false],
    [{ "surrogate-control": "no-store", "cache-control": "max-age=60" }, true],
  ];
  for (const [fields, expected] of rows) assert.equal(await isStored(fields), expected, JSON.stringify(fields));
});
