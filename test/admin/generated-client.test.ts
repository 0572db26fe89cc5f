// A client that knows nothing but the OpenAPI document of the admin API, and calls every operation of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Document, OpenAPIClientAxios } from "openapi-client-axios";
import { healthSchema } from "../../src/admin/health-routes.ts";
import { problemSchema } from "../../src/admin/problem.ts";
import { receiptSchema } from "../../src/admin/purge-schema.ts";
import { originsSchema, statsSchema } from "../../src/admin/stats-schema.ts";
import { TOKEN } from "../support/fake-admin.ts";
import { type ServedAdmin, withServedAdmin } from "../support/served-admin.ts";

const authorization = `Bearer ${TOKEN}`;

async function documentOf({ url }: ServedAdmin): Promise<Document> {
  const response = await fetch(`${url}/openapi.json`, { headers: { authorization } });
  assert.equal(response.status, 200);
  return await response.json() as Document;
}

/** A client that takes every answer, whatever its status. */
async function clientOf(definition: Document, headers: Record<string, string>) {
  const axiosConfigDefaults = { headers, validateStatus: () => true };
  const client = await new OpenAPIClientAxios({ definition, axiosConfigDefaults }).init();
  return async (operation: string, content?: unknown) => {
    const { status, data } = await client[operation]!(undefined, content);
    return { status, data: data as unknown };
  };
}

test("a client generated from /openapi.json calls every operation", async () => {
  await withServedAdmin(async (admin) => {
    const definition = await documentOf(admin);
    assert.equal(definition.servers?.[0]?.url, admin.url);
    const call = await clientOf(definition, { authorization });
    const called: string[] = [];
    const answerTo = async (operation: string, content?: unknown) => {
      called.push(operation);
      const { status, data } = await call(operation, content);
      assert.equal(status, 200, operation);
      return data;
    };
    const receipt = receiptSchema.parse(await answerTo("purge", { tags: ["article-7"], soft: true }));
    assert.equal(receipt.sequence, 1);
    assert.deepEqual(admin.engine.purges.map(({ tags, soft }) => [tags, soft]), [[["article-7"], true]]);
    assert.equal(statsSchema.parse(await answerTo("getStats")).size, admin.engine.stats.size);
    assert.deepEqual(originsSchema.parse(await answerTo("getOrigins")).origins, [{ url: "http://a", resting: false }]);
    assert.match(String(await answerTo("getMetrics")), /^# HELP lacquer_/);
    assert.equal(healthSchema.parse(await answerTo("getHealth")).status, "ok");
    assert.equal(healthSchema.parse(await answerTo("getReadiness")).status, "ready");
    assert.deepEqual(await answerTo("getOpenApi"), definition);
    const described = Object.values(definition.paths ?? {}).flatMap((path) =>
      Object.values(path ?? {}).map((operation) => (operation as { operationId: string }).operationId)
    );
    assert.deepEqual(called, described);
  });
});

test("a client generated from /openapi.json gets the problems that the document describes", async () => {
  await withServedAdmin(async (admin) => {
    const definition = await documentOf(admin);
    const refusals = [
      ["without token", {}, {}, 401],
      ["with a wrong one", { authorization: "Bearer wrong" }, {}, 401],
      ["with Origin", { authorization, origin: "http://evil.example" }, {}, 403],
      ["with nothing named", { authorization }, {}, 422],
      ["with an unknown key", { authorization }, { tag: "a" }, 422],
    ] as const;
    for (const [how, headers, content, expected] of refusals) {
      const { status, data } = await (await clientOf(definition, headers))("purge", content);
      assert.equal(status, expected, how);
      assert.equal(problemSchema.parse(data).status, expected, how);
      const responses = definition.paths?.["/v1/purge"]?.post?.responses ?? {};
      assert.ok(String(status) in responses, how);
    }
    assert.deepEqual([admin.engine.purges, admin.errors], [[], []]);
  });
});
