// The admin API in words that programs read (OpenAPI 3.1). Its schemas are those that requests are held to.
import { z } from "zod";
import { healthSchema } from "./health-routes.ts";
import { problemSchema, type ProblemStatus } from "./problem.ts";
import { purgeSchema, receiptSchema } from "./purge-schema.ts";
import { originsSchema, statsSchema } from "./stats-schema.ts";

type SchemaName = keyof typeof SCHEMAS;

interface Operation {
  readonly path: string;
  readonly method: "get" | "post";
  readonly operationId: string;
  readonly summary: string;
  /** Needs no token. */
  readonly isOpen?: boolean;
  readonly takes?: SchemaName;
  /** A schema, or the media type of a text. */
  readonly gives: { readonly schema: SchemaName } | { readonly mediaType: string };
  /** Statuses of problems beside those that every operation may answer with. */
  readonly problems?: readonly ProblemStatus[];
}

const SCHEMAS = {
  PurgeRequest: schemaOf(purgeSchema),
  PurgeReceipt: schemaOf(receiptSchema),
  Stats: schemaOf(statsSchema),
  Origins: schemaOf(originsSchema),
  Health: schemaOf(healthSchema),
  Problem: schemaOf(problemSchema),
};

const PROBLEM_WORDS: Readonly<Record<ProblemStatus, string>> = {
  400: "the content is not JSON",
  401: "the token is missing or wrong",
  403: "the request has an Origin field, as pages in browsers send it",
  404: "there is no such path",
  405: "the path does not take this method",
  413: "the content is too large",
  415: "the content is not declared as JSON",
  421: "Host is not a name of this listener",
  422: "the content is not what is accepted",
  429: "too many wrong tokens came from this address, or too many bans are still to be carried out",
  500: "a fault of the proxy",
  503: "the proxy is stopping, or cannot make the purge outlive it",
};

const OPERATIONS: readonly Operation[] = [
  {
    path: "/v1/purge",
    method: "post",
    operationId: "purge",
    summary: "Takes out of use what is named, and answers once no later request can see it",
    takes: "PurgeRequest",
    gives: { schema: "PurgeReceipt" },
    problems: [400, 413, 415, 422, 503],
  },
  {
    path: "/v1/stats",
    method: "get",
    operationId: "getStats",
    summary: "Figures of the engine",
    gives: { schema: "Stats" },
  },
  {
    path: "/v1/origins",
    method: "get",
    operationId: "getOrigins",
    summary: "The origin servers",
    gives: { schema: "Origins" },
  },
  {
    path: "/metrics",
    method: "get",
    operationId: "getMetrics",
    summary: "The figures in the text format of Prometheus",
    gives: { mediaType: "text/plain" },
  },
  {
    path: "/healthz",
    method: "get",
    operationId: "getHealth",
    summary: "Whether the process runs",
    isOpen: true,
    gives: { schema: "Health" },
  },
  {
    path: "/readyz",
    method: "get",
    operationId: "getReadiness",
    summary: "Whether the proxy takes requests",
    isOpen: true,
    gives: { schema: "Health" },
    problems: [503],
  },
  {
    path: "/openapi.json",
    method: "get",
    operationId: "getOpenApi",
    summary: "This document",
    gives: { mediaType: "application/json" },
  },
];

/** The OpenAPI document of the admin API that is served at `server`, for example `http://127.0.0.1:8081`. */
export function openApiDocument(version: string, server: string): Readonly<Record<string, unknown>> {
  return {
    openapi: "3.1.0",
    info: { title: "Lacquer admin API", version },
    servers: [{ url: server }],
    security: [{ token: [] }],
    paths: Object.fromEntries(OPERATIONS.map((operation) => [operation.path, describePath(operation)])),
    components: {
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
      schemas: SCHEMAS,
    },
  };
}

function describePath(operation: Operation) {
  const { method, operationId, summary, isOpen, takes } = operation;
  return {
    [method]: {
      operationId,
      summary,
      ...(isOpen && { security: [] }),
      ...(takes && { requestBody: { required: true, content: jsonOf(takes) } }),
      responses: { 200: describeAnswer(operation), ...describeProblems(operation) },
    },
  };
}

function describeAnswer({ summary, gives }: Operation) {
  if ("schema" in gives) return { description: summary, content: jsonOf(gives.schema) };
  const schema = gives.mediaType === "application/json" ? { type: "object" } : { type: "string" };
  return { description: summary, content: { [gives.mediaType]: { schema } } };
}

function describeProblems({ isOpen, problems = [] }: Operation) {
  const statuses: readonly ProblemStatus[] = [403, 421, 500, ...isOpen ? [] : [401, 429] as const, ...problems];
  return Object.fromEntries(statuses.map((status) => [status, {
    description: PROBLEM_WORDS[status],
    content: { "application/problem+json": { schema: referenceTo("Problem") } },
  }]));
}

function jsonOf(name: SchemaName) {
  return { "application/json": { schema: referenceTo(name) } };
}

function referenceTo(name: SchemaName) {
  return { $ref: `#/components/schemas/${name}` };
}

/** As content is sent: what may be left out is optional, and what it is read to does not show. */
function schemaOf(schema: z.ZodType) {
  const { $schema: _dialect, ...described } = z.toJSONSchema(schema, { io: "input" });
  return described;
}
