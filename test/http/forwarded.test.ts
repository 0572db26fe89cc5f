import assert from "node:assert/strict";
import { test } from "node:test";
import type { FieldLine } from "../../src/http/field-lines.ts";
import { appendTo, type ClientFacts, rebuildForwarded } from "../../src/http/forwarded.ts";

const STRANGER: ClientFacts = {
  address: "192.0.2.7",
  trusted: false,
  scheme: "http",
  host: "example.com",
  instance: "1a2b",
  isSurrogate: false,
};
const PROXY: ClientFacts = { ...STRANGER, trusted: true };

const CLAIMS: FieldLine[] = [
  ["via", "1.0 fred"],
  ["forwarded", "for=10.0.0.1"],
  ["x-forwarded-for", "10.0.0.1"],
  ["x-forwarded-host", "evil.example"],
  ["x-forwarded-proto", "gopher"],
  ["x-real-ip", "10.0.0.1"],
];

test("rebuildForwarded() believes nothing a stranger says of itself, and keeps Via (RFC 9110 §7.6.3, RFC 7239 §8.1)", () => {
  assert.deepEqual(rebuildForwarded([["accept", "a"], ...CLAIMS], STRANGER), [
    ["accept", "a"],
    ["via", "1.0 fred, 1.1 lacquer (1a2b)"],
    ["x-forwarded-for", "192.0.2.7"],
    ["forwarded", "for=192.0.2.7;host=example.com;proto=http"],
    ["x-forwarded-host", "example.com"],
    ["x-forwarded-proto", "http"],
  ]);
});

test("rebuildForwarded() appends to what a trusted proxy says, over all its lines", () => {
  const fields = rebuildForwarded([...CLAIMS, ["x-forwarded-for", "10.0.0.2"]], PROXY);
  const values = new Map(fields);
  assert.equal(values.get("x-forwarded-for"), "10.0.0.1, 10.0.0.2, 192.0.2.7");
  assert.equal(values.get("forwarded"), "for=10.0.0.1, for=192.0.2.7;host=example.com;proto=http");
  assert.equal(values.get("x-forwarded-host"), "example.com");
  assert.equal(new Set(fields.map(([name]) => name)).size, fields.length);
});

test("rebuildForwarded() drops a malformed Forwarded of a trusted proxy, which ours would become part of", () => {
  for (const value of ['for="10.0.0.1', "for=10.0.0.1;", "nonsense", 'for=10.0.0.1, host="']) {
    const kept = new Map(rebuildForwarded([["forwarded", value]], PROXY)).get("forwarded");
    const own = "for=192.0.2.7;host=example.com;proto=http";
    assert.equal(kept, value.endsWith(";") ? `${value}, ${own}` : own, value);
  }
});

test("rebuildForwarded() removes every X-Forwarded-* and every override of target or method of a stranger (A32)", () => {
  const forged = [
    ...["x-forwarded-port", "x-forwarded-scheme", "x-forwarded-server", "x-forwarded-prefix", "x-forwarded-ssl"],
    ...["x-forwarded-anything", "x-real-ip", "x-original-url", "x-original-host", "x-rewrite-url"],
    ...["x-http-method", "x-http-method-override", "x-method-override"],
  ];
  const kept = rebuildForwarded(forged.map((name): FieldLine => [name, "evil"]), STRANGER);
  assert.deepEqual(kept.filter(([, value]) => value === "evil"), []);
  const trusted = rebuildForwarded([["x-forwarded-prefix", "/app"], ["x-original-url", "/x"]], PROXY);
  assert.deepEqual(trusted.slice(0, 2), [["x-forwarded-prefix", "/app"], ["x-original-url", "/x"]]);
});

test("rebuildForwarded() brackets and quotes IPv6, quotes a host with a port, and names no unknown peer (RFC 7239 §6)", () => {
  const value = (client: Partial<ClientFacts>) =>
    new Map(rebuildForwarded([], { ...STRANGER, ...client })).get("forwarded");
  assert.equal(value({ address: "2001:db8::1" }), 'for="[2001:db8::1]";host=example.com;proto=http');
  assert.equal(value({ host: "example.com:8080" }), 'for=192.0.2.7;host="example.com:8080";proto=http');
  assert.equal(value({ host: "[::1]:8080" }), 'for=192.0.2.7;host="[::1]:8080";proto=http');
  const unknown = rebuildForwarded(CLAIMS, { ...STRANGER, address: undefined }).map(([name]) => name);
  assert.deepEqual(unknown, ["via", "x-forwarded-host", "x-forwarded-proto"]);
});

test("appendTo() adds a member to a list, absent and empty ones included", () => {
  assert.deepEqual([appendTo(undefined, "a"), appendTo("", "a"), appendTo("b", "a")], ["a", "a", "b, a"]);
});
