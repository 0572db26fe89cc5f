import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type ForwardedElement, parseForwarded } from "../../src/http/forwarded-elements.ts";
import { rebuildForwarded } from "../../src/http/forwarded.ts";

test("parseForwarded() reads elements, quoted values and names in any case (RFC 7239 §4)", () => {
  const rows: ReadonlyArray<[value: string, elements: ForwardedElement[]]> = [
    ["for=192.0.2.60;proto=http;by=203.0.113.43", [{ for: "192.0.2.60", proto: "http", by: "203.0.113.43" }]],
    ['For="[2001:db8:cafe::17]:4711"', [{ for: "[2001:db8:cafe::17]:4711" }]],
    ['for="_gazonk"', [{ for: "_gazonk" }]],
    ["for=_mdn;by=_SEVKISEK", [{ for: "_mdn", by: "_SEVKISEK" }]],
    ['for=unknown, for="192.0.2.1:_p"', [{ for: "unknown" }, { for: "192.0.2.1:_p" }]],
    ["FOR=192.0.2.43,  for=198.51.100.17 ", [{ for: "192.0.2.43" }, { for: "198.51.100.17" }]],
    ['host="example.com:8080";proto=HTTPS', [{ host: "example.com:8080", proto: "https" }]],
    ['host="\\e\\x\\a\\mple.com"', [{ host: "example.com" }]],
    ["proto=https; host=a.example", [{ proto: "https", host: "a.example" }]],
    ['secret="a,b;c=\\"d";proto=https, x=y', [{ proto: "https" }, {}]],
    [";;proto=http;", [{ proto: "http" }]],
    [",, ;,", [{}]],
  ];
  for (const [value, expected] of rows) assert.deepEqual(parseForwarded(value), expected, value);
});

test("parseForwarded() is undefined when any element is malformed", () => {
  const malformed = [
    ...["", " ", ",", "for", "for=", "=a", "for =192.0.2.1", "for= 192.0.2.1", "for=192.0.2.1 proto=http"],
    ...["for=192.0.2.1:80", "for=[2001:db8::1]", "for=2001:db8::1", 'for="2001:db8::1"', "host=example.com:80"],
    ...["for=example.com", "for=_", 'for="_a b"', 'for="192.0.2.1:123456"', "proto=1http", 'proto="ht tp"'],
    ...[
      "for=192.0.2.1;For=192.0.2.2",
      "x=1;X=2",
      'proto="http',
      'proto="http"s',
      'a"b"=c',
      'x="a\u0000"',
      'x="\u0100"',
    ],
    ...["for=192.0.2.1, nonsense", "nonsense, for=192.0.2.1", 'host="a/b"', 'host="a@b"', 'for="\\"', "fo\u017fr=x"],
  ];
  for (const value of malformed) assert.equal(parseForwarded(value), undefined, JSON.stringify(value));
});

test("parseForwarded() reads what Lacquer writes", () => {
  const address = fc.oneof(fc.ipV4(), fc.ipV6());
  const host = fc.tuple(fc.domain(), fc.constantFrom("", ":8080")).map(([name, port]) => name + port);
  fc.assert(fc.property(address, host, fc.constantFrom("http", "https"), (address, host, scheme) => {
    const fields = new Map(
      rebuildForwarded([], { address, trusted: false, scheme, host, instance: "1a2b", isSurrogate: false }),
    );
    const node = address.includes(":") ? `[${address}]` : address;
    assert.deepEqual(parseForwarded(fields.get("forwarded")!), [{ for: node, host, proto: scheme }]);
  }));
});

test("parseForwarded() never throws, and gives nothing but known parameters", () => {
  const piece = fc.constantFrom(...'for=by=host=proto=;,"\\[]:_.- \thttp192a'.split(/(?<=[=;])|/));
  const value = fc.oneof(fc.string({ unit: "binary" }), fc.array(piece, { maxLength: 40 }).map((all) => all.join("")));
  fc.assert(fc.property(value, (value) => {
    for (const element of parseForwarded(value) ?? []) {
      for (const name of Object.keys(element)) assert.ok(["for", "by", "host", "proto"].includes(name));
    }
  }));
});
