import assert from "node:assert/strict";
import { test } from "node:test";
import { CacheEngine } from "../../src/engine/cache-engine.ts";
import { ALLOWED_METHODS } from "../../src/http/rejection.ts";
import type { AccessRecord } from "../../src/server/access-log.ts";
import { proxyHandler } from "../../src/server/proxy-handler.ts";
import { ManualClock } from "../support/manual-clock.ts";

/** The status for a request to this host, with the URL as Deno shows it: the host spelt as it was received. */
async function statusFor(host: string): Promise<number> {
  const clock = new ManualClock();
  const engine = new CacheEngine({ origin: () => new Response("found"), clock, timers: clock });
  const handler = proxyHandler({ engine, hosts: ["example.org"], clock, onRejected: undefined });
  const request = new Request("http://example.org/", { headers: { host } });
  const shown = new Proxy(request, {
    get: (target, name) => {
      if (name === "url") return `http://${host}/`;
      const value = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  return (await handler(shown, { address: "192.0.2.1", expectDelay: () => {} })).status;
}

test("proxyHandler() knows its hosts in any case and with a port, and refuses others", async () => {
  for (const host of ["example.org", "EXAMPLE.org", "Example.ORG:8080"]) assert.equal(await statusFor(host), 200, host);
  for (const host of ["example.com", "example.org.evil", "org"]) assert.equal(await statusFor(host), 421, host);
});

test("proxyHandler() answers OPTIONS that may go no further, with what it takes (RFC 9110 §7.6.2)", async () => {
  const clock = new ManualClock();
  const forwarded: string[] = [];
  const origin = (request: Request) => {
    forwarded.push(request.headers.get("max-forwards") ?? "none");
    return new Response("found");
  };
  const records: AccessRecord[] = [];
  const engine = new CacheEngine({ origin, clock, timers: clock });
  const handler = proxyHandler({ engine, hosts: [], clock, onRejected: (record) => records.push(record) });
  const ask = async (method: string, maxForwards?: string) => {
    const headers = { host: "example.org", ...(maxForwards !== undefined && { "max-forwards": maxForwards }) };
    const request = new Request("http://example.org/a", { method, headers });
    return await handler(request, { address: "192.0.2.1", expectDelay: () => {} });
  };
  const own = await ask("OPTIONS", "0");
  assert.deepEqual([own.status, own.body, own.headers.get("content-length")], [204, null, null]);
  assert.equal(own.headers.get("allow"), ALLOWED_METHODS.join(", "));
  assert.deepEqual(records.map(({ method, status, clientAddress }) => [method, status, clientAddress]), [
    ["OPTIONS", 204, "192.0.2.1"],
  ]);
  for (const value of [undefined, "1", "5", "x"]) assert.equal((await ask("OPTIONS", value)).status, 200);
  for (const value of ["0", "x"]) assert.equal((await ask("POST", value)).status, 200);
  assert.deepEqual(forwarded, ["none", "0", "4", "none", "0", "x"]);
});
