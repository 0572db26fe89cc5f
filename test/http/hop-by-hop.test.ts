import assert from "node:assert/strict";
import { test } from "node:test";
import { endToEndFields } from "../../src/http/hop-by-hop.ts";
import type { FieldLine } from "../../src/http/field-lines.ts";

test("endToEndFields() removes every hop-by-hop field and keeps the others in order (RFC 9110 §7.6.1)", () => {
  const hopByHop = [
    ...["connection", "keep-alive", "proxy-authenticate", "proxy-authentication-info", "proxy-authorization"],
    ...["proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"],
  ];
  const kept: FieldLine[] = [["b", "1"], ["a", "2"], ["b", "3"], ["connections", "4"]];
  for (const name of hopByHop) {
    const [first, ...others] = kept as [FieldLine, ...FieldLine[]];
    assert.deepEqual(endToEndFields([first, [name, "x"], ...others, [name, "y"]]), kept, name);
  }
});

test("endToEndFields() removes what any Connection line nominates, in any letter case (RFC 9110 §7.6.1)", () => {
  const fields: FieldLine[] = [
    ["x-a", "1"],
    ["connection", "close, X-A"],
    ["x-b", "2"],
    ["connection", "x-C,"],
    ["x-c", "3"],
    ["x-a", "4"],
  ];
  assert.deepEqual(endToEndFields(fields), [["x-b", "2"]]);
});
