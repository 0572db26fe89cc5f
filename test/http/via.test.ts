import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { requestVia, VIA, viaLoops } from "../../src/http/via.ts";

const OWN = "1a2b3c4d";

test("viaLoops() knows its own token, and no other instance of its name (RFC 9110 §7.6.3)", () => {
  const rows: ReadonlyArray<[via: string | null, loops: boolean]> = [
    [null, false],
    ["", false],
    ["1.1 lacquer", false],
    [requestVia(OWN), true],
    [requestVia("99999999"), false],
    [`1.0 fred, ${requestVia("99999999")}, 1.1 p.example.net`, false],
    [`1.0 fred (a, b), ${requestVia("99999999")},${requestVia(OWN)} , 1.1 p.example.net`, true],
    [`HTTP/1.1 Lacquer\t(${OWN})`, true],
    [`1.1 lacquer (1A2B3C4D)`, false],
    [`1.1 lacquer(${OWN})`, false],
    [`1.1 notlacquer (${OWN})`, false],
    [`1.1 lacquer:8080 (${OWN})`, false],
    [`lacquer (${OWN})`, false],
    [`1.1 fred "${requestVia(OWN)}"`, false],
  ];
  for (const [via, expected] of rows) assert.equal(viaLoops(via, OWN), expected, String(via));
});

test("viaLoops() takes more than 16 members of its name for a loop, though somebody removes comments", () => {
  const members = (count: number, member: string) => Array.from({ length: count }, () => member).join(", ");
  assert.equal(viaLoops(members(16, VIA), OWN), false);
  assert.equal(viaLoops(members(17, VIA), OWN), true);
  assert.equal(viaLoops(`${members(10, VIA)}, ${members(7, requestVia("other"))}`, OWN), true);
  assert.equal(viaLoops(members(100, "1.1 fred"), OWN), false);
});

test("viaLoops() finds a request that was forwarded, whatever else has it in Via", () => {
  const member = fc.constantFrom("1.0 fred", "1.1 p.example.net (Apache/1.1)", "2 x", VIA, requestVia("other"));
  fc.assert(fc.property(fc.array(member, { maxLength: 12 }), fc.nat(12), (others, position) => {
    assert.equal(viaLoops(others.join(", "), OWN), false);
    assert.equal(viaLoops(others.toSpliced(position, 0, requestVia(OWN)).join(", "), OWN), true);
  }));
});
