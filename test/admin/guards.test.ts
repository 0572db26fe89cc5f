// Who is let in to the admin API (RELIABILITY A46).
import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeAdmin, problemOf, TOKEN } from "../support/fake-admin.ts";

const CLOSED = ["/v1/stats", "/v1/origins", "/metrics", "/openapi.json", "/v1/purge", "/nowhere"];

test("adminApp() answers 401 without a token and with a wrong one, and takes none from the query", async () => {
  const admin = fakeAdmin();
  for (const path of CLOSED) {
    for (
      const [query, fields] of [
        ["", {}],
        ["", { authorization: "Bearer wrong" }],
        [`?token=${TOKEN}&access_token=${TOKEN}`, {}],
      ] as const
    ) {
      const response = await admin.ask(path + query, { fields, address: path });
      assert.equal(response.status, 401, path);
      assert.equal(response.headers.get("www-authenticate"), "Bearer");
      const { detail } = await problemOf(response);
      assert.ok(!detail.includes(TOKEN) && !detail.includes("wrong token"));
    }
  }
  assert.deepEqual(admin.engine.purges, []);
});

test("adminApp() answers health and readiness without a token", async () => {
  const admin = fakeAdmin();
  for (const path of ["/healthz", "/readyz"]) {
    const response = await admin.ask(path);
    assert.deepEqual([response.status, response.headers.get("cache-control")], [200, "no-store"]);
  }
});

test("adminApp() answers 429 to the eleventh wrong token of an address within a minute; the right one works", async () => {
  const admin = fakeAdmin();
  const guess = (address: string) => admin.ask("/v1/stats", { address, fields: { authorization: "Bearer guess" } });
  for (let time = 0; time < 10; time++) assert.equal((await guess("192.0.2.1")).status, 401);
  const response = await guess("192.0.2.1");
  assert.equal(response.headers.get("retry-after"), "60");
  assert.equal((await problemOf(response)).status, 429);
  assert.equal((await guess("192.0.2.2")).status, 401);
  assert.equal((await admin.askWithToken("/v1/stats", { address: "192.0.2.1" })).status, 200);
  assert.equal((await admin.ask("/v1/stats", { address: "192.0.2.1" })).status, 401); // a missing one is no guess
  admin.clock.advance(60_000);
  assert.equal((await guess("192.0.2.1")).status, 401);
});

test("adminApp() answers 403 to any request with Origin, whatever else it brings", async () => {
  const admin = fakeAdmin();
  for (const path of [...CLOSED, "/healthz", "/readyz"]) {
    for (const method of ["GET", "POST", "OPTIONS"]) {
      for (const origin of ["http://evil.example", "http://127.0.0.1:8081", "null"]) {
        const response = await admin.askWithToken(path, { method, fields: { origin } });
        assert.equal((await problemOf(response)).status, 403, path);
        assert.equal(response.headers.get("access-control-allow-origin"), null);
      }
    }
  }
});

test("adminApp() answers 421 to a Host that is not its own", async () => {
  const admin = fakeAdmin({ hosts: ["cache.internal"] });
  for (const path of [...CLOSED, "/healthz"]) {
    const response = await admin.askWithToken(path, { fields: { host: "evil.example" } });
    assert.equal((await problemOf(response)).status, 421, path);
  }
  for (const host of ["cache.internal:8081", "localhost:8081", "127.0.0.1:8081"]) {
    assert.equal((await admin.askWithToken("/v1/stats", { fields: { host } })).status, 200, host);
  }
});

test("adminApp() answers 404 to unknown paths and 405 to other methods, with what is accepted", async () => {
  const admin = fakeAdmin();
  for (const path of ["/", "/nowhere", "/v1", "/v1/purge/", "/v1/purgex", "/healthz/x"]) {
    assert.equal((await problemOf(await admin.askWithToken(path))).status, 404, path);
  }
  const paths = [...CLOSED.slice(0, 4), "/healthz", "/readyz"].map((path) => [path, "DELETE", "GET, HEAD"] as const);
  for (const [path, method, allow] of [...paths, ["/v1/purge", "GET", "POST"], ["/v1/purge", "PUT", "POST"]] as const) {
    const response = await admin.askWithToken(path, { method });
    assert.equal(response.headers.get("allow"), allow);
    assert.equal((await problemOf(response)).status, 405, path);
  }
});

test("adminApp() answers 500 to a fault of ours and tells of it elsewhere", async () => {
  const fault = new Error("a fault with s3cret details");
  const admin = fakeAdmin({
    origins: () => {
      throw fault;
    },
  });
  const { detail } = await problemOf(await admin.askWithToken("/v1/origins"));
  assert.ok(!detail.includes("s3cret"));
  assert.deepEqual(admin.faults, [fault]);
});
