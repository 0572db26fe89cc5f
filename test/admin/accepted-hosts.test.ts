import assert from "node:assert/strict";
import { test } from "node:test";
import { acceptedHosts } from "../../src/admin/accepted-hosts.ts";

test("acceptedHosts() takes the address listened on, the names of loopback and those it is told, on any port", () => {
  const isAccepted = acceptedHosts("192.0.2.7", ["cache.internal", "[2001:db8::1]"]);
  const accepted = ["192.0.2.7:8081", "192.0.2.7", "localhost:9", "LOCALHOST", "127.0.0.1:8081", "[::1]:8081", "[::1]"];
  for (const host of [...accepted, "Cache.Internal:80", "[2001:DB8::1]:1"]) assert.ok(isAccepted(host), host);
  const refused = [
    "evil.example",
    "evil.example:8081",
    "192.0.2.8",
    "127.0.0.2",
    "",
    ":8081",
    "localhost.evil.example",
  ];
  for (const host of [...refused, "localhost:8081, evil.example", "localhost:80:80", "[::2]", "::1", "a@localhost"]) {
    assert.ok(!isAccepted(host), host);
  }
});

test("acceptedHosts() takes an IPv6 address in brackets", () => {
  assert.ok(acceptedHosts("2001:DB8::5", [])("[2001:db8::5]:8081"));
});

test("acceptedHosts() takes every IP address, and no other name, where every address is listened on", () => {
  for (const hostname of ["0.0.0.0", "::"]) {
    const isAccepted = acceptedHosts(hostname, []);
    for (const host of ["10.1.2.3:8081", "[2001:db8::9]:8081", "localhost:1"]) assert.ok(isAccepted(host), host);
    for (const host of ["evil.example:8081", "10.1.2", "0x7f.1", "2130706433", "[::zz]"]) {
      assert.ok(!isAccepted(host), host);
    }
  }
});
