// Keeps the house of DESIGN in order: who may import whom, and which rooms may name a runtime.
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { posix } from "node:path";
import { test } from "node:test";
import { importSpecifiers, readSource } from "./support/source-code.ts";

/** From the top down. A file imports from its own line or a lower one. */
const LINES: readonly (readonly string[])[] = [
  ["entry"],
  ["cli", "runtime"],
  ["server", "admin", "config"],
  ["engine"],
  ["storage", "origin"],
  ["invalidation"],
  ["policy", "http", "time"],
];

/** Rooms on one line that must not know each other. */
const STRANGERS: readonly (readonly [string, string])[] = [["storage", "origin"]];

/** Rooms that may name `Bun`, `Deno`, `process`, `Buffer` and `node:` modules. */
const RUNTIME_ROOMS = ["runtime", "entry"];

/** What breaks a rule in one file, in words. */
function violations(file: string, text: string): string[] {
  const room = roomOf(file);
  const source = readSource(text);
  const imports = importSpecifiers(source);
  return [
    ...imports.flatMap((specifier) => importViolation(file, specifier)),
    ...(RUNTIME_ROOMS.includes(room) ? [] : runtimeNames(source.codeOnly, imports)),
    ...(room === "policy" ? impurities(source.codeOnly) : []),
  ];
}

function importViolation(file: string, specifier: string): string[] {
  if (specifier === "undici") return ['imports "undici": accepted "undici/index.js"'];
  if (!specifier.startsWith(".")) return [];
  const target = posix.join(posix.dirname(file), specifier);
  if (!target.startsWith("src/")) return [`imports "${target}" from outside src`];
  const [from, to] = [roomOf(file), roomOf(target)];
  const areStrangers = STRANGERS.some((pair) => from !== to && pair.includes(from) && pair.includes(to));
  if (lineOf(to) < lineOf(from) || areStrangers) return [`${from}/ imports ${to}/: "${target}"`];
  return [];
}

function runtimeNames(code: string, imports: readonly string[]): string[] {
  // A property called `process` is somebody else's word.
  const names = code.matchAll(/(?<![.\w$#])(?:Bun|Deno|process|Buffer)(?![\w$]|\s*\??:)/g);
  const modules = imports.filter((specifier) => specifier.startsWith("node:"));
  return [...[...names].map((match) => match[0]), ...modules].map((name) => `names ${name}`);
}

function impurities(code: string): string[] {
  return [...code.matchAll(/\bawait\b|\bDate\s*\.\s*now\b|\bperformance\b/g)].map((match) => `uses ${match[0]}`);
}

/** Name of the folder below `src`. */
function roomOf(file: string): string {
  return file.split("/")[1] ?? "";
}

function lineOf(room: string): number {
  const line = LINES.findIndex((rooms) => rooms.includes(room));
  assert.notEqual(line, -1, `src/${room}/ stands on no line of this test`);
  return line;
}

async function sourceFiles(): Promise<string[]> {
  const names = await readdir("src", { recursive: true });
  return names.map((name) => posix.join("src", name.replaceAll("\\", "/"))).filter((file) => file.endsWith(".ts"));
}

test("every file of src imports from its own line or a lower one and names no runtime outside its rooms", async () => {
  const found: string[] = [];
  for (const file of await sourceFiles()) {
    lineOf(roomOf(file));
    for (const violation of violations(file, await readFile(file, "utf8"))) found.push(`${file} ${violation}`);
  }
  assert.deepEqual(found, []);
});

test("violations() finds an import from a higher line, type-only, dynamic and re-exported ones too", () => {
  const upward = [
    'import { a } from "../engine/a.ts";',
    'import type { A } from "../engine/a.ts";',
    'export * from "../engine/a.ts";',
    'const a = await import("../engine/a.ts");',
    'type A = import("../engine/a.ts").A;',
    'import "../engine/a.ts";',
    'import {\n  a,\n} from "../engine/a.ts";',
  ];
  for (const text of upward) {
    assert.deepEqual(violations("src/storage/b.ts", text), ['storage/ imports engine/: "src/engine/a.ts"'], text);
  }
  assert.deepEqual(violations("src/engine/b.ts", 'import { a } from "../storage/a.ts";'), []);
  assert.deepEqual(violations("src/cli/b.ts", 'import { a } from "../runtime/a.ts";'), []);
});

test("violations() keeps storage and origins strangers and bare undici out", () => {
  assert.equal(violations("src/storage/b.ts", 'import { a } from "../origin/a.ts";').length, 1);
  assert.equal(violations("src/origin/b.ts", 'import type { A } from "../storage/a.ts";').length, 1);
  assert.equal(violations("src/runtime/b.ts", 'import { Pool } from "undici";').length, 1);
  assert.deepEqual(violations("src/runtime/b.ts", 'import { Pool } from "undici/index.js";'), []);
});

test("violations() finds runtime names in code and leaves comments, strings and properties alone", () => {
  const named = ["Bun.serve()", "const d: typeof Deno = x", "process.exit(0)", "Buffer.from(x)", "`${Bun.version}`"];
  for (const text of named) assert.equal(violations("src/engine/b.ts", text).length, 1, text);
  assert.equal(violations("src/engine/b.ts", 'import { readFile } from "node:fs/promises";').length, 1);
  const innocent = ["// Bun", "/* Deno */", '"process"', "`Buffer`", "this.process()", "/Bun/.test(x)", "x.Deno"];
  for (const text of innocent) assert.deepEqual(violations("src/engine/b.ts", text), [], text);
  assert.deepEqual(violations("src/runtime/b.ts", "Bun.serve()"), []);
});

test("violations() finds what makes a policy impure", () => {
  assert.deepEqual(violations("src/policy/b.ts", "await x; Date.now(); performance.now(); // await"), [
    "uses await",
    "uses Date.now",
    "uses performance",
  ]);
});

test("readSource() keeps positions and finds its way through templates and regular expressions", () => {
  const text = 'const a = `x ${b ? `y ${c}` : { d: 1 }.d} // no comment`; // one\nconst e = /[/"]/.exec(f) / 2;';
  const { codeOnly, withoutComments } = readSource(text);
  assert.equal(codeOnly.length, text.length);
  assert.equal(codeOnly.split("\n").length, 2);
  assert.ok(codeOnly.includes("{ d: 1 }.d"));
  assert.ok(!codeOnly.includes("no comment") && withoutComments.includes("no comment"));
  assert.ok(!withoutComments.includes("one"));
  assert.ok(codeOnly.includes(".exec(f) / 2;"));
});
