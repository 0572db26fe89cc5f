import assert from "node:assert/strict";
import { test } from "node:test";
import { type AccessRecord, createAccessLog } from "../../src/server/access-log.ts";
import { manualTimers } from "../support/manual-timers.ts";

const HIT: AccessRecord = {
  method: "GET",
  url: "http://h/a?x=1",
  status: 200,
  startedAt: 5,
  wallTime: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  duration: 0.25,
  outcome: "hit",
  collapsed: false,
  stored: false,
  ttl: 59,
  bytesSent: 1024,
  complete: true,
  clientAddress: "192.0.2.1",
  cacheStatus: "lacquer; hit; ttl=59",
};

function logOf(mode: "json" | "pretty", ...records: AccessRecord[]): string {
  let text = "";
  const log = createAccessLog(mode, (piece) => text += piece, { timers: manualTimers() });
  for (const record of records) log.record(record);
  log.flush();
  return text;
}

test("createAccessLog() writes one JSON object per line", () => {
  const lines = logOf("json", HIT, { ...HIT, status: 404 }).split("\n");
  assert.equal(lines.length, 3);
  assert.deepEqual(JSON.parse(lines[0] ?? ""), {
    time: "2026-01-02T03:04:05.678Z",
    client: "192.0.2.1",
    method: "GET",
    url: "http://h/a?x=1",
    status: 200,
    outcome: "hit",
    collapsed: false,
    stored: false,
    durationMs: 0.25,
    bytesSent: 1024,
    complete: true,
    cacheStatus: "lacquer; hit; ttl=59",
    ttl: 59,
  });
  assert.equal(JSON.parse(lines[1] ?? "").status, 404);
});

test("createAccessLog() writes what few requests have behind what all have", () => {
  const record: AccessRecord = {
    ...HIT,
    duration: 1234.5678,
    wallTime: Date.UTC(2026, 0, 2, 3, 4, 59, 5),
    waited: 0.0004,
    forwardReason: "uri-miss",
    ttl: -1.5,
    origin: "http://o",
    originStatus: 200,
    decisions: [{ rule: "lookup", result: "uri-miss", source: "RFC 9111 §4" }],
  };
  const line = JSON.parse(logOf("json", record));
  assert.deepEqual([line.time, line.durationMs, line.waitedMs], ["2026-01-02T03:04:59.005Z", 1234.568, 0]);
  assert.deepEqual([line.forwardReason, line.ttl, line.origin, line.originStatus], ["uri-miss", -2, "http://o", 200]);
  assert.deepEqual(line.decisions, record.decisions);
});

test("createAccessLog() writes JSON that reads back as it was, whatever the texts hold", () => {
  const texts = ['"', "\\", "\n\r\t\u0000\u001b\u007f", "é\u2028\ud800", "a b~!#[]", ""];
  for (const text of texts) {
    const line = JSON.parse(logOf("json", { ...HIT, url: text, method: text, clientAddress: text, cacheStatus: text }));
    assert.deepEqual([line.url, line.method, line.client, line.cacheStatus], [text, text, text, text]);
  }
});

test("createAccessLog() tells the time of every record, be it before or after that of the one before", () => {
  const times = [0, 999, 1_000, 59_999.9, 1_000, Date.UTC(2030, 11, 31, 23, 59, 59, 999)];
  const lines = logOf("json", ...times.map((wallTime) => ({ ...HIT, wallTime }))).trimEnd().split("\n");
  const expected = times.map((time) => new Date(time).toISOString());
  assert.deepEqual(lines.map((line) => JSON.parse(line).time), expected);
});

test("createAccessLog() writes lines for eyes, oddities at the end", () => {
  assert.equal(logOf("pretty", HIT), "03:04:05.678 GET http://h/a?x=1 200 hit 0.3ms 1024B 192.0.2.1 ttl=59\n");
  const miss: AccessRecord = {
    ...HIT,
    outcome: "miss",
    forwardReason: "uri-miss",
    collapsed: true,
    stored: true,
    complete: false,
    origin: "http://o",
    originStatus: 503,
  };
  assert.match(
    logOf("pretty", miss),
    / miss\(uri-miss\) .* collapsed stored ttl=59 origin=\S+ origin-status=503 incomplete/,
  );
});

test("createAccessLog() keeps secrets of the URL out in both forms", () => {
  const record = {
    ...HIT,
    url: "http://me:pw@h/?token=s3cret&a=1",
    cacheStatus: 'lacquer; hit; key="http://h/?token=s3cret"',
  };
  for (const mode of ["json", "pretty"] as const) {
    const text = logOf(mode, record);
    assert.ok(!text.includes("s3cret") && !text.includes("pw"), text);
    assert.ok(text.includes("token=***&a=1"), text);
  }
});

test("createAccessLog() keeps a record on one line, whatever the method or URL holds", () => {
  const record = { ...HIT, method: "G\nET", url: "http://h/\u001b[2J\r\n" };
  for (const mode of ["json", "pretty"] as const) {
    assert.equal(logOf(mode, record).indexOf("\n"), logOf(mode, record).length - 1);
  }
  assert.ok(!logOf("pretty", record).includes("\u001b"));
});

test("createAccessLog() writes the lines of a short while together, and early when they are many", () => {
  const written: string[] = [];
  const timers = manualTimers();
  const log = createAccessLog("json", (text) => written.push(text), { timers });
  log.record(HIT);
  log.record(HIT);
  assert.deepEqual(written, []);
  timers.advance(49);
  assert.deepEqual(written, []);
  timers.advance(1);
  assert.equal(written.length, 1);
  assert.equal(written.join("").split("\n").length, 3);
  for (let count = 0; count < 400; count++) log.record(HIT);
  assert.equal(written.length, 2);
  log.flush();
  log.flush();
  assert.equal(written.length, 3);
});

test("createAccessLog() off writes nothing", () => {
  const written: string[] = [];
  const log = createAccessLog("off", (text) => written.push(text));
  log.record(HIT);
  log.flush();
  assert.deepEqual(written, []);
});
