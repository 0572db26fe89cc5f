import assert from "node:assert/strict";
import { test } from "node:test";
import { judge, type Kind, messageOf, type SuiteResult, tally } from "./suite-result.ts";

function result(
  id: string,
  outcome: SuiteResult["outcome"],
  dependsOn: readonly string[] = [],
  kind: Kind = "required",
) {
  return { group: "group", id, name: id, kind, dependsOn, outcome };
}

const FAILURE = ["Assertion", "Response 2 comes from cache"] as const;
const NOT_SET_UP = ["Setup", "Response 1 status is 502, not 200"] as const;

test("judge() does not count a test that could not be set up or that builds on one which did not pass", () => {
  const table: [string, SuiteResult["outcome"], string[], string][] = [
    ["good", true, [], "passed"],
    ["bad", FAILURE, [], "failed"],
    ["lost connection", ["FetchError", "socket hang up"], [], "failed"],
    ["not set up", NOT_SET_UP, [], "unjudged"],
    ["on good", true, ["good"], "passed"],
    ["bad on good", FAILURE, ["good"], "failed"],
    ["on bad", true, ["bad"], "unjudged"],
    ["on two", true, ["good", "bad"], "unjudged"],
    ["on unjudged", true, ["on bad"], "unjudged"],
    ["on nothing", true, ["no such test"], "unjudged"],
  ];
  const verdicts = judge(table.map(([id, outcome, dependsOn]) => result(id, outcome, dependsOn)));
  assert.deepEqual([...verdicts], table.map(([id, , , verdict]) => [id, verdict]));
});

test("tally() counts what passed of one kind", () => {
  const results = [result("a", true), result("b", true, ["c"]), result("c", FAILURE), result("d", true, [], "check")];
  assert.deepEqual(tally(results, "required"), { passed: 1, total: 3 });
  assert.deepEqual(tally(results, "check"), { passed: 1, total: 1 });
  assert.deepEqual(tally(results, "optimal"), { passed: 0, total: 0 });
});

test("messageOf() says what was seen", () => {
  assert.equal(messageOf(result("a", FAILURE)), "Assertion: Response 2 comes from cache");
  assert.equal(messageOf(result("a", true)), "passed, but a test that it depends on did not");
});
