import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { BanCondition, BanSpec } from "../../src/invalidation/ban.ts";
import { compileBan } from "../../src/invalidation/compile-ban.ts";
import { PurgeError } from "../../src/invalidation/purge-request.ts";
import { banSubject, type SubjectParts } from "../support/ban-subject.ts";

function matches(condition: BanCondition, parts: SubjectParts, at = 0): boolean {
  return compileBan({ where: [condition] }).matches(banSubject(parts), at);
}

/** The message with which a ban is refused, without what all of them begin with. */
function refusal(spec: unknown, path?: string): string {
  try {
    compileBan(spec, path);
  } catch (error) {
    assert.ok(error instanceof PurgeError);
    assert.equal(error.refusal, "invalid");
    assert.ok(error.message.startsWith("Cannot purge by "), error.message);
    return error.message.slice("Cannot purge by ".length);
  }
  assert.fail(`accepted: ${JSON.stringify(spec)}`);
}

test("compileBan() compares what its condition names", () => {
  const page: SubjectParts = {
    uri: "https://www.example.com:8443/Blog/1?x=a/b",
    status: 404,
    tags: ["article", "id:7"],
    fields: { "content-type": "text/html; charset=utf-8", "set-cookie": "a=1", "x-empty": "" },
  };
  const table: [condition: BanCondition, expected: boolean][] = [
    [{ field: "host", equals: "www.example.com:8443" }, true],
    [{ field: "host", equals: "WWW.Example.COM:8443" }, true],
    [{ field: "host", equals: "www.example.com" }, false],
    [{ field: "host", prefix: "WWW." }, true],
    [{ field: "host", glob: "*.Example.com:*" }, true],
    [{ field: "host", glob: "*.example.com" }, false],
    [{ field: "host", regex: "^www\\.example\\.com:\\d+$" }, true],
    [{ field: "path", equals: "/Blog/1?x=a/b" }, true],
    [{ field: "path", equals: "/blog/1?x=a/b" }, false],
    [{ field: "path", prefix: "/Blog/" }, true],
    [{ field: "path", prefix: "/log" }, false],
    [{ field: "path", glob: "/*\\?x=*" }, true],
    [{ field: "path", regex: "[0-9]\\?" }, true],
    [{ field: "tag", equals: "id:7" }, true],
    [{ field: "tag", equals: "id" }, false],
    [{ field: "tag", equals: "article id:7" }, false],
    [{ field: "tag", prefix: "id:" }, true],
    [{ field: "tag", glob: "a*e" }, true],
    [{ field: "tag", regex: "^[0-9]$" }, false],
    [{ field: "header", name: "Content-Type", prefix: "text/" }, true],
    [{ field: "header", name: "content-type", equals: "text/html" }, false],
    [{ field: "header", name: "set-cookie", regex: "(^|,)a=" }, true],
    [{ field: "header", name: "x-empty", equals: "" }, true],
    [{ field: "header", name: "x-empty", prefix: "" }, true],
    [{ field: "header", name: "x-absent", prefix: "" }, false],
    [{ field: "header", name: "x-absent", glob: "*" }, false],
    [{ field: "header", name: "x-absent", regex: "" }, false],
    [{ field: "status", equals: 404 }, true],
    [{ field: "status", equals: 200 }, false],
  ];
  for (const [condition, expected] of table) {
    assert.equal(matches(condition, page), expected, JSON.stringify(condition));
  }
});

test("compileBan() compares tags and fields that nothing has with nothing", () => {
  assert.equal(matches({ field: "tag", glob: "*" }, {}), false);
  for (const name of ["constructor", "__proto__", "tostring"]) {
    assert.equal(matches({ field: "header", name, regex: "" }, {}), false, name);
  }
});

test("compileBan() asks for the age at the moment of the ban", () => {
  const stored = { receivedAt: 10_000 };
  assert.equal(matches({ field: "age", over: 60 }, stored, 70_000), false);
  assert.equal(matches({ field: "age", over: 60 }, stored, 70_001), true);
  assert.equal(matches({ field: "age", over: 0 }, stored, 10_000), false);
  assert.equal(matches({ field: "age", over: 0.5 }, stored, 10_501), true);
});

test("compileBan() takes a path without anything after the authority for an empty one", () => {
  assert.equal(matches({ field: "host", equals: "a" }, { uri: "http://a" }), true);
  assert.equal(matches({ field: "path", equals: "" }, { uri: "http://a" }), true);
  assert.equal(matches({ field: "path", equals: "//b" }, { uri: "http://a//b" }), true);
});

test("compileBan() makes a ban that holds where all of its conditions do", () => {
  const where: BanCondition[] = [{ field: "status", equals: 404 }, { field: "path", prefix: "/a" }];
  const ban = compileBan({ where });
  const table: [status: number, path: string, expected: boolean][] = [
    [404, "/a", true],
    [404, "/b", false],
    [200, "/a", false],
    [200, "/b", false],
  ];
  for (const [status, path, expected] of table) {
    assert.equal(ban.matches(banSubject({ status, uri: `http://h${path}` }), 0), expected, `${status} ${path}`);
  }
});

test("compileBan() says where a ban cannot be read, what was given and what is accepted", () => {
  const conditions = "a list of 1 to 8 conditions";
  const path = { field: "path", prefix: "/" };
  const table: [spec: unknown, message: string][] = [
    [7, `ban: given 7, accepted: an object with "where", ${conditions}`],
    [null, `ban: given null, accepted: an object with "where", ${conditions}`],
    [[path], `ban: given a list of 1, accepted: an object with "where", ${conditions}`],
    ["/a", `ban: given "/a", accepted: an object with "where", ${conditions}`],
    [{}, `ban.where: given undefined, accepted: ${conditions}`],
    [{ where: [] }, `ban.where: given a list of 0, accepted: ${conditions}`],
    [{ where: Array(9).fill(path) }, `ban.where: given a list of 9, accepted: ${conditions}`],
    [{ where: path }, `ban.where: given an object, accepted: ${conditions}`],
    [{ where: [path], soft: true }, "ban.soft: unknown key, accepted: where"],
    [{ where: [path, 1] }, 'ban.where[1]: given 1, accepted: an object with "field" and a test'],
    [{ where: [[]] }, 'ban.where[0]: given a list of 0, accepted: an object with "field" and a test'],
  ];
  for (const [spec, message] of table) assert.equal(refusal(spec), message);
});

test("compileBan() says which condition cannot be read", () => {
  const fields = "one of host, path, tag, header, status, age";
  const tests = "exactly one of equals, prefix, glob, regex";
  const text = "a text of at most 2,048 characters";
  const long = "a".repeat(2_049);
  const table: [condition: unknown, message: string][] = [
    [{}, `.field: given undefined, accepted: ${fields}`],
    [{ field: "url" }, `.field: given "url", accepted: ${fields}`],
    [{ field: "req.url", regex: "a" }, `.field: given "req.url", accepted: ${fields}`],
    [{ field: "constructor" }, `.field: given "constructor", accepted: ${fields}`],
    [{ field: "path" }, `: given no test, accepted: ${tests}`],
    [{ field: "path", equals: "a", regex: "b" }, `: given equals and regex, accepted: ${tests}`],
    [{ field: "path", contains: "a" }, ".contains: unknown key, accepted: field, equals, prefix, glob, regex"],
    [{ field: "tag", name: "a", equals: "b" }, ".name: unknown key, accepted: field, equals, prefix, glob, regex"],
    [
      JSON.parse('{"field":"tag","__proto__":1,"equals":"b"}'),
      ".__proto__: unknown key, accepted: field, equals, prefix, glob, regex",
    ],
    [{ field: "host", equals: 1 }, `.equals: given 1, accepted: ${text}`],
    [{ field: "tag", prefix: null }, `.prefix: given null, accepted: ${text}`],
    [{ field: "tag", equals: long }, `.equals: given ${JSON.stringify("a".repeat(100))}…, accepted: ${text}`],
    [{ field: "header", equals: "a" }, '.name: given undefined, accepted: a field name such as "content-type"'],
    [
      { field: "header", name: "a b", equals: "a" },
      '.name: given "a b", accepted: a field name such as "content-type"',
    ],
    [
      { field: "header", name: "\u212a", equals: "a" },
      '.name: given "\u212a", accepted: a field name such as "content-type"',
    ],
    [{ field: "header", name: "", equals: "a" }, '.name: given "", accepted: a field name such as "content-type"'],
    [{ field: "status", equals: "404" }, '.equals: given "404", accepted: a status, a whole number from 100 to 999'],
    [{ field: "status", equals: 404.5 }, ".equals: given 404.5, accepted: a status, a whole number from 100 to 999"],
    [{ field: "status", equals: 99 }, ".equals: given 99, accepted: a status, a whole number from 100 to 999"],
    [{ field: "status", prefix: "4" }, ".prefix: unknown key, accepted: field, equals"],
    [{ field: "age", over: -1 }, ".over: given -1, accepted: a number of seconds, 0 or more"],
    [{ field: "age", over: Infinity }, ".over: given Infinity, accepted: a number of seconds, 0 or more"],
    [{ field: "age", over: "1m" }, '.over: given "1m", accepted: a number of seconds, 0 or more'],
    [{ field: "age" }, ".over: given undefined, accepted: a number of seconds, 0 or more"],
    [{ field: "age", equals: 1 }, ".equals: unknown key, accepted: field, over"],
    [
      { field: "path", glob: "a\\" },
      '.glob: given "a\\\\", accepted: a pattern that does not end in a backslash, unless another makes it plain',
    ],
    [
      { field: "path", regex: "(a)\\1" },
      '.regex: given "(a)\\\\1", accepted: a regular expression in RE2 syntax, without back-references, look-around and ' +
      'Unicode classes (invalid escape sequence: "\\\\1")',
    ],
  ];
  for (const [condition, message] of table) {
    assert.equal(
      refusal({ where: [{ field: "status", equals: 200 }, condition] }, "bans[3]"),
      `bans[3].where[1]${message}`,
    );
  }
});

test("compileBan() accepts texts up to their limit, and members that are undefined as if they were not there", () => {
  compileBan({ where: Array(8).fill({ field: "path", equals: "a".repeat(2_048) }) });
  compileBan({ where: [{ field: "path", equals: "a", regex: undefined }] });
  compileBan(compileBan({ where: [{ field: "host", equals: "İ".repeat(2_048) }] }).spec);
});

test("compileBan() gives bans that say the same the same text", () => {
  const status: BanCondition = { field: "status", equals: 404 };
  const host: BanCondition = { field: "host", prefix: "A.example" };
  const header: BanCondition = { field: "header", name: "X-Kind", regex: "^A" };
  const { text, spec } = compileBan({ where: [status, host, header] });
  const others: BanSpec[] = [
    { where: [header, status, host] },
    { where: [host, header, status, host] },
    { where: [status, { field: "host", prefix: "a.EXAMPLE" }, { regex: "^A", name: "x-kind", field: "header" }] },
    spec,
  ];
  for (const other of others) {
    assert.equal(compileBan(other).text, text);
    assert.deepEqual(compileBan(other).spec, spec);
  }
});

test("compileBan() gives bans that say different things different texts", () => {
  const specs: BanSpec[] = [
    { where: [{ field: "path", equals: "a" }] },
    { where: [{ field: "path", equals: "A" }] },
    { where: [{ field: "path", prefix: "a" }] },
    { where: [{ field: "path", glob: "a" }] },
    { where: [{ field: "path", regex: "a" }] },
    { where: [{ field: "host", equals: "a" }] },
    { where: [{ field: "host", regex: "\\S" }] },
    { where: [{ field: "host", regex: "\\s" }] },
    { where: [{ field: "tag", equals: "a" }] },
    { where: [{ field: "tag", equals: "A" }] },
    { where: [{ field: "header", name: "a", equals: "a" }] },
    { where: [{ field: "header", name: "a", equals: "A" }] },
    { where: [{ field: "header", name: "b", equals: "a" }] },
    { where: [{ field: "path", equals: "a" }, { field: "path", prefix: "a" }] },
    { where: [{ field: "path", equals: 'a"},{"field":"path","prefix":"a' }] },
    { where: [{ field: "status", equals: 200 }] },
    { where: [{ field: "age", over: 200 }] },
  ];
  assert.equal(new Set(specs.map((spec) => compileBan(spec).text)).size, specs.length);
});

test("compileBan() reads back what it made of any ban, in any order of its conditions", () => {
  const text = fc.string({ unit: "binary", maxLength: 10 });
  const textTest = fc.oneof(
    text.map((equals) => ({ equals })),
    text.map((prefix) => ({ prefix })),
    text.map((glob) => ({ glob: glob.replaceAll("\\", "") })),
    fc.constantFrom("^a", "b$", "(?i)c").map((regex) => ({ regex })),
  );
  const condition: fc.Arbitrary<BanCondition> = fc.oneof(
    textTest.map((one) => ({ field: "host" as const, ...one })),
    textTest.map((one) => ({ field: "path" as const, ...one })),
    textTest.map((one) => ({ field: "tag" as const, ...one })),
    fc.tuple(fc.constantFrom("a", "X-B"), textTest).map(([name, one]) => ({ field: "header" as const, name, ...one })),
    fc.integer({ min: 100, max: 999 }).map((equals) => ({ field: "status" as const, equals })),
    fc.double({ min: 0, max: 1e9, noNaN: true }).map((over) => ({ field: "age" as const, over })),
  );
  const conditions = fc.array(condition, { minLength: 1, maxLength: 8 });
  const orders = conditions.chain((where) =>
    fc.tuple(fc.constant(where), fc.shuffledSubarray(where, { minLength: where.length }))
  );
  fc.assert(fc.property(orders, ([where, shuffled]) => {
    const ban = compileBan({ where });
    assert.equal(compileBan({ where: shuffled }).text, ban.text);
    assert.equal(compileBan(JSON.parse(JSON.stringify(ban.spec))).text, ban.text);
    assert.equal(compileBan(ban.spec).spec.where.length, ban.spec.where.length);
  }));
});

test("compileBan() refuses or reads whatever JSON it is given", () => {
  const value = fc.jsonValue({ maxDepth: 3 });
  const member = fc.constantFrom("field", "name", "equals", "prefix", "glob", "regex", "over", "__proto__");
  const field = fc.constantFrom<unknown>("host", "path", "tag", "header", "status", "age");
  const condition = fc.dictionary(member, fc.oneof(field, value));
  fc.assert(
    fc.property(fc.oneof(value, fc.array(condition).map((where) => ({ where }))), (spec) => {
      try {
        compileBan(spec).matches(banSubject(), 0);
      } catch (error) {
        assert.ok(error instanceof PurgeError, String(error));
      }
    }),
    { numRuns: 2_000 },
  );
});
