import assert from "node:assert/strict";
import { test } from "node:test";
import { renderMetrics } from "../../src/admin/metrics.ts";
import { STATS } from "../support/fake-admin.ts";

const source = { stats: STATS, origins: [{ url: "http://a", resting: true }], version: "1.2.3", uptime: 99 };

test("renderMetrics() gives every figure once, behind HELP and TYPE; counters end in _total", () => {
  const text = renderMetrics(source);
  const values: number[] = [];
  let current = "";
  for (const line of text.trimEnd().split("\n")) {
    const [, help] = /^# HELP (lacquer_[a-z_]+) \S.*\.$/.exec(line) ?? [];
    const [, type, kind] = /^# TYPE (lacquer_[a-z_]+) (counter|gauge)$/.exec(line) ?? [];
    if (help !== undefined) current = help;
    else if (type !== undefined) assert.deepEqual([type, kind === "counter"], [current, current.endsWith("_total")]);
    else {
      const [, name, value] = /^([a-z_]+)(?:\{[a-z]+="[^"]*"\})? (\d+)$/.exec(line) ?? [];
      assert.equal(name, current, line);
      values.push(Number(value));
    }
  }
  const expected = [1, 99, 1, ...Array.from({ length: 37 }, (_, index) => index + 1)]; // STATS counts from 1 to 37
  assert.deepEqual(values.sort((a, b) => a - b), expected.sort((a, b) => a - b));
});

test("renderMetrics() names the bounds of waits in seconds and escapes what labels hold", () => {
  const text = renderMetrics({ ...source, version: 'a"b\\c\nd' });
  assert.ok(text.includes('lacquer_waits_total{within="0.001"} 22\n'));
  assert.ok(text.includes('lacquer_waits_total{within="+Inf"} 33\n'));
  assert.ok(text.includes('lacquer_build_info{version="a\\"b\\\\c\\nd"} 1\n'));
  assert.ok(text.includes('lacquer_origin_resting{origin="http://a"} 1\n'));
});
