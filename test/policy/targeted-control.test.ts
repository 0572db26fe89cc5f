import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseCacheControl } from "../../src/http/cache-control.ts";
import type { FieldLine } from "../../src/http/field-lines.ts";
import { governingControl } from "../../src/policy/targeted-control.ts";
import { fieldText } from "../support/field-text.ts";

const TARGETS = ["lacquer-cache-control", "cdn-cache-control", "surrogate-control"];
const FALLBACK: FieldLine = ["cache-control", "max-age=1"];

/** What governs when only one targeted field stands beside `Cache-Control`. */
function governing(name: string, value: string) {
  return governingControl([[name, value], FALLBACK], TARGETS);
}

function assertReads(name: string, table: readonly [value: string, sameAs: string][]): void {
  for (const [value, sameAs] of table) {
    const expected = { control: parseCacheControl(sameAs), field: name, isTargeted: true };
    assert.deepEqual(governing(name, value), expected, value);
  }
}

function assertIgnores(name: string, values: readonly string[]): void {
  const expected = { control: parseCacheControl("max-age=1"), field: "cache-control", isTargeted: false };
  for (const value of values) assert.deepEqual(governing(name, value), expected, value);
}

test("governingControl() is Cache-Control where no target is there", () => {
  const expected = { control: parseCacheControl("max-age=1, private"), field: "cache-control", isTargeted: false };
  assert.deepEqual(governingControl([["cache-control", "max-age=1"], ["cache-control", "private"]], TARGETS), expected);
  assert.deepEqual(governingControl([["cdn-cache-control", "no-store"], FALLBACK], []).isTargeted, false);
  assert.deepEqual(governingControl([], TARGETS).control, parseCacheControl(undefined));
});

test("governingControl() takes the first target that is valid, whatever the order of the fields (RFC 9213 §2.2)", () => {
  const fields: FieldLine[] = [["surrogate-control", "max-age=4"], ["cdn-cache-control", "max-age=3"], FALLBACK];
  assert.equal(governingControl(fields, TARGETS).control.maxAge, 3);
  assert.equal(governingControl([["lacquer-cache-control", "max-age=2"], ...fields], TARGETS).control.maxAge, 2);
  assert.equal(governingControl([["lacquer-cache-control", "max-age=2,"], ...fields], TARGETS).control.maxAge, 3);
  assert.equal(governingControl(fields, ["Surrogate-Control", "CDN-Cache-Control"]).field, "surrogate-control");
});

test("governingControl() joins the lines of a repeated target", () => {
  const fields: FieldLine[] = [["cdn-cache-control", "max-age=3"], ["cdn-cache-control", "private"], FALLBACK];
  assert.deepEqual(governingControl(fields, TARGETS).control, parseCacheControl("max-age=3, private"));
});

test("governingControl() ignores a target that is empty or breaks the grammar (RFC 9213 §2.1)", () => {
  const broken = [
    "max-age=60,",
    "max-age =60",
    "MaX-aGe=60",
    "max-age=60;",
    "no-store, max-age=1s",
    "max-age=60 private",
  ];
  assertIgnores("cdn-cache-control", ["", "  ", ...broken, 'private="é"', "max-age=9999999999999999"]);
});

test("governingControl() lets a target of unknown directives replace Cache-Control (RFC 9213 §3.1)", () => {
  assertReads("cdn-cache-control", [["none", ""], ["none=1, x-no-store, y=(1 2);z", ""]]);
});

test("governingControl() reads directives of the right type and ignores their parameters (RFC 9213 §2.1)", () => {
  assertReads("cdn-cache-control", [
    ["max-age=60, s-maxage=70", "max-age=60, s-maxage=70"],
    ["stale-while-revalidate=5, stale-if-error=6;x", "stale-while-revalidate=5, stale-if-error=6"],
    ["no-store;x=1, no-cache, private", "no-store, no-cache, private"],
    ["must-revalidate, proxy-revalidate, public", "must-revalidate, proxy-revalidate, public"],
    ["immutable, must-understand", "immutable, must-understand"],
    ['private="set-cookie, x-a", no-cache="x-b"', 'private="set-cookie, x-a", no-cache="x-b"'],
    ['private="a\\"b, no-store"', 'private="a\\"b, no-store"'],
    ["max-age=99999999999", "max-age=99999999999"],
    ["max-age=1, max-age=60", "max-age=60"],
  ]);
});

test("governingControl() takes the stricter reading of a directive of the wrong type", () => {
  assertReads("cdn-cache-control", [
    ["max-age", "max-age=0"],
    ["max-age=60.5", "max-age=0"],
    ['max-age="60"', "max-age=0"],
    ["max-age=-1", "max-age=0"],
    ["max-age=(60)", "max-age=0"],
    ["max-age=@60, stale-if-error=?1", "max-age=0, stale-if-error=0"],
    ["no-store=?0, must-revalidate=1", "no-store, must-revalidate"],
    ["private=set-cookie, no-cache=(a)", "private, no-cache"],
    ['private=?0, no-cache=""', "private, no-cache"],
    ["public=?0, immutable=1, must-understand=a", ""],
  ]);
});

test("governingControl() reads Surrogate-Control leniently, and what in it is for other surrogates only where it forbids", () => {
  assertReads("surrogate-control", [
    ["max-age=3600;lacquer", "max-age=3600"],
    ['max-age=60, content="ESI/1.0"', "max-age=60"],
    ['content="a, no-store; b" , max-age=60', "max-age=60"],
    ["MaX-aGe=60", "max-age=60"],
    ["max-age=600+300", "max-age=600"],
    ["max-age=600 + 300 ; x; Lacquer", "max-age=600"],
    ["max-age=600; x, max-age=5", "max-age=5"],
    ["max-age = 60,,No-Store", "max-age=60, no-store"],
    ["max-age=x+300", "max-age=0"],
    ["no-store;other", "no-store"],
    ['content="ESI, no-store', "no-store"],
  ]);
});

test("governingControl() leaves the word to Cache-Control where Surrogate-Control says nothing on caching", () => {
  assertIgnores("surrogate-control", [
    "",
    " , ",
    'content="ESI/1.0"',
    "no-store-remote",
    "x=no-store",
    ";max-age=1",
    "max-age=60;other",
  ]);
});

test("governingControl() never throws, and never names a field that is not there", () => {
  const piece = fc.constantFrom("max-age=", "no-store", "private=", "=", ",", ";", '"', "\\", " ", "(", ")", "9", "+");
  const value = fc.oneof(fieldText, fc.array(piece).map((pieces) => pieces.join("")));
  fc.assert(
    fc.property(fc.constantFrom(...TARGETS), value, (name, text) => {
      const { field, isTargeted } = governing(name, text);
      assert.equal(field, isTargeted ? name : "cache-control");
    }),
    { numRuns: 1000 },
  );
});
