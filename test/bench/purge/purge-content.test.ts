import assert from "node:assert/strict";
import { test } from "node:test";
import { boundedPurgeSchema } from "../../../src/admin/purge-schema.ts";
import { purgeBytes, purgeContent } from "../../../bench/purge/purge-content.ts";

test("purgeContent() names nothing twice", () => {
  const tags = [0, 1, 2].flatMap((n) => purgeContent({ name: "storm", items: "tags", perRequest: 3 }, n).tags ?? []);
  assert.equal(new Set(tags).size, 9);
  const bans = [0, 1, 2].flatMap((n) => purgeContent({ name: "storm", items: "bans", perRequest: 3 }, n).bans ?? []);
  assert.equal(new Set(bans.map((ban) => JSON.stringify(ban))).size, 9);
});

test("purgeContent() is what the admin API takes", () => {
  for (const items of ["tags", "bans"] as const) {
    assert.equal(
      boundedPurgeSchema.safeParse(purgeContent({ name: "storm", items, perRequest: 100 }, 7)).success,
      true,
      items,
    );
  }
});

test("purgeBytes() is a request with its content", () => {
  const order = {
    name: "storm",
    port: 81,
    token: "t",
    items: "tags",
    perRequest: 1,
    seconds: 1,
    connections: 1,
  } as const;
  const [head = "", content = ""] = purgeBytes(order, 5).split("\r\n\r\n");
  assert.equal(content, '{"tags":["storm-5"]}');
  assert.deepEqual(head.split("\r\n"), [
    "POST /v1/purge HTTP/1.1",
    "Host: 127.0.0.1:81",
    "Authorization: Bearer t",
    "Content-Type: application/json",
    `Content-Length: ${content.length}`,
  ]);
});
