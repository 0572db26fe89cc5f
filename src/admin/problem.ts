// Errors as problem documents (RFC 9457).
import { z } from "zod";

const TITLES = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

/** Statuses of problems. */
export type ProblemStatus = keyof typeof TITLES;

/** One invalid item. */
export interface ProblemItem {
  /** JSON pointer to it, as a fragment (RFC 6901 §6). */
  readonly pointer: string;
  /** What was given and what is accepted. */
  readonly detail: string;
}

/** What a problem may carry besides its detail. */
export interface ProblemOptions {
  readonly errors?: readonly ProblemItem[];
  /** Further fields of the response. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** A problem document as it is described to clients. */
export const problemSchema = z.object({
  type: z.string().describe("always about:blank: the status says what kind of problem it is"),
  title: z.string().describe("the words of the status"),
  status: z.int(),
  detail: z.string().describe("what is the case, for people"),
  errors: z.array(z.object({
    pointer: z.string().describe("JSON pointer to the item, as a fragment"),
    detail: z.string().describe("what was given and what is accepted"),
  })).optional().describe("the items that are not accepted"),
});

/** A response that says in a problem document why a request failed. */
export function problem(status: ProblemStatus, detail: string, options: ProblemOptions = {}): Response {
  const { errors, fields } = options;
  const document = { type: "about:blank", title: TITLES[status], status, detail, ...(errors && { errors }) };
  const headers = { "content-type": "application/problem+json", "cache-control": "no-store", ...fields };
  return new Response(`${JSON.stringify(document)}\n`, { status, headers });
}
