import assert from "node:assert/strict";
import { test } from "node:test";
import { type BareItem, readBareItem } from "../../src/http/bare-item.ts";

/** The item that makes up all of a text. */
function whole(text: string): BareItem | undefined {
  const cursor = { text, position: 0 };
  const item = readBareItem(cursor);
  return cursor.position === text.length ? item : undefined;
}

function refuses(texts: readonly string[]): void {
  for (const text of texts) assert.equal(whole(text), undefined, text);
}

test("readBareItem() reads integers of up to 15 digits and decimals of up to 12.3 (RFC 9651 §4.2.4)", () => {
  const table: [string, "integer" | "decimal", number][] = [
    ["42", "integer", 42],
    ["-7", "integer", -7],
    ["007", "integer", 7],
    ["999999999999999", "integer", 999_999_999_999_999],
    ["-999999999999999", "integer", -999_999_999_999_999],
    ["4.5", "decimal", 4.5],
    ["-0.125", "decimal", -0.125],
    ["3.0", "decimal", 3],
    ["999999999999.999", "decimal", 999_999_999_999.999],
  ];
  for (const [text, type, value] of table) assert.deepEqual(whole(text), { type, value }, text);
  refuses(["1000000000000000", "0000000000000001", "1000000000000.5", "1.2345", "1.", "-", "--1", "-a", ".5", "+1"]);
  refuses(["1e3", "1.2.3", "1_000", "1234567890123456abc"]);
});

test("readBareItem() reads strings of printable ASCII (§4.2.5)", () => {
  const table: [string, string][] = [
    ['"hello world"', "hello world"],
    ['""', ""],
    ['"a\\"b\\\\c"', 'a"b\\c'],
    ['"\\\\\\""', '\\"'],
    ['"~ ,;=("', "~ ,;=("],
  ];
  for (const [text, value] of table) assert.deepEqual(whole(text), { type: "string", value }, text);
  refuses(['"', '"a', '"a\\"', '"a\\b"', '"a\\', '"a\tb"', '"\x7f"', '"\xe9"', '"é気"', "'a'", '"a"b']);
});

test("readBareItem() reads tokens (§4.2.6)", () => {
  for (const value of ["foo", "*", "*a", "text/html", "a:b", "A!#$%&'*+-.^_`|~9"]) {
    assert.deepEqual(whole(value), { type: "token", value }, value);
  }
  refuses(["", "!a", "_a", "/a", "a(b", "a@b", "é", "a,"]);
});

test("readBareItem() reads byte sequences, with or without their padding (§4.2.7)", () => {
  const table: [string, number[]][] = [
    ["::", []],
    [":AQID:", [1, 2, 3]],
    [":/+Ah:", [255, 224, 33]],
    [":YQ==:", [97]],
    [":YQ:", [97]],
    [":YWI:", [97, 98]],
    [":iZ==:", [137]],
  ];
  for (const [text, bytes] of table) {
    assert.deepEqual(whole(text), { type: "byte-sequence", value: Uint8Array.from(bytes) }, text);
  }
  refuses([":", ":YQ", ":Y:", ":YQ=:", ":YWI==:", ":Y=Q=:", ":=:", ":==:", ":====:", ":_-Ah:", ":Y Q:", ":é:"]);
});

test("readBareItem() reads booleans (§4.2.8)", () => {
  assert.deepEqual(whole("?1"), { type: "boolean", value: true });
  assert.deepEqual(whole("?0"), { type: "boolean", value: false });
  refuses(["?", "?2", "?T", "?true", "?10", "true?"]);
});

test("readBareItem() reads dates, of seconds without fraction (§4.2.9)", () => {
  assert.deepEqual(whole("@1659578233"), { type: "date", value: 1_659_578_233 });
  assert.deepEqual(whole("@-1"), { type: "date", value: -1 });
  refuses(["@", "@1.5", "@a", "@@1", "@ 1", "@1000000000000000"]);
});

test("readBareItem() reads display strings of escaped UTF-8 (§4.2.10)", () => {
  const table: [string, string][] = [
    ['%""', ""],
    ['%"plain, text"', "plain, text"],
    ['%"f%c3%bc%22%25"', 'fü"%'],
    ['%"%f0%9f%92%a9"', "💩"],
    ['%"%ef%bb%bfa"', "\ufeffa"],
    ['%"a\\b"', "a\\b"],
    ['%"%00"', "\0"],
  ];
  for (const [text, value] of table) assert.deepEqual(whole(text), { type: "display-string", value }, text);
  refuses(["%", '%"', '%"a', '"a%22', "%a", '%"%"', '%"%c"', '%"%C3%BC"', '%"%gg"']);
  // Not UTF-8: a byte alone, too long a form, a surrogate.
  refuses(['%"%fc"', '%"%c3"', '%"%c0%af"', '%"%ed%a0%80"', '%"ü"', '%"\x00"', '%"\t"']);
});
