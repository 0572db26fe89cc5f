import assert from "node:assert/strict";
import { test } from "node:test";
import { ExtraRequests } from "../../src/origin/extra-requests.ts";

test("ExtraRequests are a tenth of those that were needed, with some saved up", () => {
  const extra = new ExtraRequests();
  let granted = 0;
  for (let i = 0; i < 1000; i++) {
    extra.deposit();
    if (extra.withdraw()) granted++;
  }
  assert.ok(granted >= 110 && granted <= 120, String(granted));
});

test("ExtraRequests does not save up for ever, nor owe more than it has", () => {
  const extra = new ExtraRequests();
  for (let i = 0; i < 10_000; i++) extra.deposit();
  let granted = 0;
  while (extra.withdraw()) granted++;
  assert.equal(granted, 16);
  for (let i = 0; i < 100; i++) extra.spend();
  for (let i = 0; i < 11; i++) extra.deposit();
  assert.equal(extra.isSpent, false);
});
