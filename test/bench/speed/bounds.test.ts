import assert from "node:assert/strict";
import { test } from "node:test";
import { type Bound, BOUNDS, judge } from "../../../bench/speed/bounds.ts";
import { SCENARIOS } from "../../../bench/speed/scenarios/all.ts";
import { figuresOf, measuredAt } from "./example-figures.ts";

const BOUND: Bound = {
  place: { scenario: "hit", contender: "lacquer-bun", mark: "" },
  base: { scenario: "hit", contender: "nginx", mark: "" },
  atLeast: 1.3,
};
const NGINX = measuredAt("hit", "nginx", { rates: [90, 100, 500] });

test("judge() compares the medians with the bound", () => {
  const cases = [[[130, 130, 10], "held"], [[129, 129, 900], "missed"]] as const;
  for (const [rates, expected] of cases) {
    const [verdict] = judge(figuresOf([NGINX, measuredAt("hit", "lacquer-bun", { rates })]), [BOUND]);
    assert.equal(verdict?.outcome, expected);
    assert.equal(verdict?.ratio, rates[0] / 100);
  }
});

test("judge() tells a bound that a failure left without figures from one that took no part", () => {
  const failed = { scenario: "hit", contender: "lacquer-bun", mark: "", reason: "wrk saw no answer" } as const;
  assert.equal(judge(figuresOf([NGINX], [failed]), [BOUND])[0]?.outcome, "not measured");
  assert.deepEqual(judge(figuresOf([NGINX]), [BOUND]), []);
});

test("BOUNDS names tracks that there are", () => {
  const tracks = SCENARIOS.flatMap(({ name, tracks }) =>
    tracks.flatMap(({ mark, contenders }) => contenders.map((contender) => `${name} ${contender} ${mark}`))
  );
  for (const { place, base } of BOUNDS) {
    for (const one of [place, base]) assert.ok(tracks.includes(`${one.scenario} ${one.contender} ${one.mark}`));
  }
});
