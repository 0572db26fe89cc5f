import type { z } from "zod";
import { problemSchema } from "../admin/problem.ts";
import type { AdminAccess } from "./admin-access.ts";
import { AdminError } from "./admin-error.ts";

/** A question to the admin API. */
export interface AdminQuestion {
  readonly path: string;
  /** Sent as JSON by POST; without it the question is a GET. */
  readonly content?: unknown;
}

/** As the one that every runtime has. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Longer than any answer takes, that to a purge which goes to a slow disk included. */
const PATIENCE = 30_000;

/** Asks the admin API and gives its answer as `schema` reads it. @throws {AdminError} when there is none. */
export async function askAdmin<Answer>(
  { path, content }: AdminQuestion,
  schema: z.ZodType<Answer>,
  { url, token, fetch }: AdminAccess & { readonly fetch: Fetch },
): Promise<Answer> {
  const init: RequestInit = {
    headers: {
      "authorization": `Bearer ${token}`,
      ...(content !== undefined && { "content-type": "application/json" }),
    },
    ...(content !== undefined && { method: "POST", body: JSON.stringify(content) }),
    redirect: "manual", // the token is for this address alone
    signal: AbortSignal.timeout(PATIENCE),
  };
  const { status, text } = await send(fetch, `${url}${path}`, init);
  const answer = schema.safeParse(parsed(text));
  if (status === 200 && answer.success) return answer.data;
  throw new AdminError(refusalLines(url, status, text));
}

async function send(fetch: Fetch, url: string, init: RequestInit): Promise<{ status: number; text: string }> {
  try {
    const response = await fetch(url, init);
    return { status: response.status, text: await response.text() };
  } catch (error) {
    const origin = new URL(url).origin;
    throw new AdminError([
      `Cannot reach the admin API at ${origin}: ${reasonOf(error)}`,
      '  Start "lacquer serve" with --admin HOST:PORT, or name its address with --admin URL',
    ], error);
  }
}

/** Every runtime says it in its own words. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer within ${PATIENCE / 1000} s`;
  const { code, cause } = error as Error & { code?: string };
  const words = [error.message, code, cause instanceof Error ? [cause.message, (cause as { code?: string }).code] : ""];
  return /refused/i.test(words.flat().join(" ")) ? "the connection was refused" : error.message;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // no answer of an admin API, which the caller says
  }
}

function refusalLines(url: string, status: number, text: string): string[] {
  const document = problemSchema.safeParse(parsed(text));
  if (!document.success) return [`Cannot use the answer of ${url}: it is not that of an admin API (status ${status})`];
  const { title, detail, errors = [] } = document.data;
  if (status === 401) {
    return [`Cannot ask the admin API at ${url}: the token in LACQUER_ADMIN_TOKEN is not the one it takes`];
  }
  return [
    `Cannot ask the admin API at ${url}: it refused with ${status} ${title}`,
    `  ${detail}`,
    ...errors.map((error) => `  ${error.pointer}: ${error.detail}`),
  ];
}
