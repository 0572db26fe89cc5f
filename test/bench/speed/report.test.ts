import assert from "node:assert/strict";
import { test } from "node:test";
import { judge } from "../../../bench/speed/bounds.ts";
import { renderMarkdown } from "../../../bench/speed/markdown.ts";
import { renderText, renderVerdicts } from "../../../bench/speed/report.ts";
import { figuresOf, measuredAt } from "./example-figures.ts";

const FIGURES = figuresOf([
  measuredAt("log", "lacquer-bun", { rates: [45_000], mark: "log off" }),
  measuredAt("log", "lacquer-bun", { rates: [9000, 36_000, 40_000] }),
  measuredAt("log", "nginx", { rates: [30_000], own: 0.8 }),
], [{ scenario: "log", contender: "haproxy", mark: "", reason: "wrk saw no answer" }]);

test("renderText() shows medians beside nginx, in the order of the contenders", () => {
  const lines = renderText(FIGURES).split("\n").map((line) => line.trim().replaceAll(/ {2,}/g, " | "));
  assert.deepEqual(lines, [
    "log (log)",
    "requests/s | × nginx | least | most | p50 | p99",
    "nginx | 30,000 | 1.00 | 30,000 | 30,000 | 1.00 ms | 2.50 ms | others or the kernel had 20 % of its core",
    'Lacquer, Bun | 36,000 | 1.20 | 9,000 | 40,000 | 1.00 ms | 2.50 ms | −20.0 % against "log off"',
    "Lacquer, Bun (log off) | 45,000 | 1.50 | 45,000 | 45,000 | 1.00 ms | 2.50 ms",
    "HAProxy is left out: wrk saw no answer",
  ]);
});

test("renderText() tells when a core was idle, so that something else held the contender up", () => {
  const text = renderText(figuresOf([measuredAt("hit", "nginx", { rates: [1], busy: 0.5, own: 0.5 })]));
  assert.match(text, /its core was busy only 50 %/);
});

test("renderVerdicts() has one line for each bound, with both figures", () => {
  assert.equal(
    renderVerdicts(judge(FIGURES)),
    "MISSED         0.80×  of at least 0.95×  log: Lacquer, Bun to Lacquer, Bun (log off)",
  );
});

test("renderMarkdown() has rates, percentiles, pairs, bounds and what was left out", () => {
  const text = renderMarkdown(FIGURES, judge(FIGURES));
  for (
    const expected of [
      "| log | 30,000 (1.00×) | 36,000 (1.20×) |",
      "| log | 2.50 ms | 2.50 ms |",
      "| log | Lacquer, Bun | 36,000 | log off | 45,000 | 0.80× |",
      "| log | Lacquer, Bun | Lacquer, Bun (log off) | 0.95× | 0.80× | **missed** |",
      "- log, HAProxy: wrk saw no answer",
    ]
  ) assert.ok(text.includes(expected), `${expected} is not in\n${text}`);
});
