import assert from "node:assert/strict";
import { test } from "node:test";
import { openApiDocument } from "../../src/admin/openapi.ts";
import { fakeAdmin } from "../support/fake-admin.ts";

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

interface Operation {
  readonly operationId: string;
  readonly security?: readonly unknown[];
  readonly responses: Readonly<Record<string, { readonly content: Readonly<Record<string, unknown>> }>>;
}

interface Schema {
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly properties?: Readonly<Record<string, unknown>>;
}

const described = openApiDocument("1.2.3", "http://h") as unknown as Described;

test("openApiDocument() describes paths and methods that are served, and says which need no token", async () => {
  const admin = fakeAdmin();
  for (const [path, operations] of Object.entries(described.paths)) {
    for (const [name, { security, responses }] of Object.entries(operations)) {
      const method = name.toUpperCase();
      const [open, known] = [await admin.ask(path, { method }), await admin.askWithToken(path, { method })];
      assert.equal(open.status !== 401, security?.length === 0, path);
      assert.ok(![404, 405].includes(known.status), path);
      const ownProblems = path === "/v1/purge" ? ["400", "413", "415", "422", "429", "503"] : [];
      for (const status of ["200", "403", "421", "500", ...ownProblems]) assert.ok(status in responses, path);
      assert.equal("401" in responses, security === undefined);
    }
  }
});

test("openApiDocument() gives each operation a name of its own, and problems their media type", () => {
  const operations = Object.values(described.paths).flatMap((path) => Object.values(path));
  assert.deepEqual(operations.map(({ operationId }) => operationId), [
    ...["purge", "getStats", "getOrigins", "getMetrics", "getHealth", "getReadiness", "getOpenApi"],
  ]);
  for (const { responses } of operations) {
    for (const [status, { content }] of Object.entries(responses)) {
      if (status !== "200") assert.deepEqual(Object.keys(content), ["application/problem+json"]);
    }
  }
});

test("openApiDocument() describes a purge as it is sent: every list may be left out, other keys are refused", () => {
  const { PurgeRequest: purge, Stats: stats } = described.components.schemas;
  assert.deepEqual(Object.keys(purge?.properties ?? {}), [
    ...["urls", "tags", "prefixes", "hosts", "bans", "all", "soft"],
  ]);
  assert.deepEqual([purge?.required ?? [], purge?.additionalProperties], [[], false]);
  assert.ok(stats?.required?.includes("purging"));
});

test("openApiDocument() refers to nothing that it does not hold", () => {
  const references = JSON.stringify(described).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g);
  for (const [, name = ""] of references) assert.ok(name in described.components.schemas, name);
});
