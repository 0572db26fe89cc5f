import assert from "node:assert/strict";
import { test } from "node:test";
import { CacheEngine } from "../../src/engine/cache-engine.ts";
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
