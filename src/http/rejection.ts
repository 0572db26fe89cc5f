/** A request that is not let in, and why; `reason` is for logs and never sent. */
export interface Refusal {
  readonly ok: false;
  readonly status: RefusalStatus;
  readonly reason: string;
}

/** Statuses of refusals. */
export type RefusalStatus = keyof typeof STATUS_TEXTS;

/**
 * Methods that are let in: those of RFC 9110 that a proxy can forward, PATCH, QUERY, WebDAV's (RFC 4918, 3253, 5842 …),
 * and M-SEARCH, which stands for those of no RFC that every runtime knows.
 */
export const ALLOWED_METHODS: readonly string[] = [
  ...["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "QUERY"],
  ...["ACL", "COPY", "LOCK", "MKCALENDAR", "MKCOL", "MOVE", "PROPFIND", "PROPPATCH", "REPORT", "SEARCH", "UNLOCK"],
  ...["BIND", "LINK", "M-SEARCH", "MERGE", "REBIND", "UNBIND", "UNLINK"],
];

const STATUS_TEXTS = {
  400: "Bad Request",
  405: "Method Not Allowed",
  408: "Request Timeout",
  413: "Content Too Large",
  414: "URI Too Long",
  417: "Expectation Failed",
  421: "Misdirected Request",
  431: "Request Header Fields Too Large",
  501: "Not Implemented",
  508: "Loop Detected",
} as const;

const textEncoder = new TextEncoder();

/** The answer to a refused request: fixed text, never stored, and the connection is not used again. */
export function rejection({ status }: Refusal, furtherFields: Record<string, string> = {}): Response {
  const headers = { ...rejectionFields(status), ...furtherFields };
  return new Response(textEncoder.encode(textOf(status)), { status, headers });
}

/** The same answer as it is written to a socket, for what a parser refuses before there is a `Request`. */
export function rawRejection(status: RefusalStatus): string {
  const fields = Object.entries(rejectionFields(status)).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_TEXTS[status]}\r\n${fields.join("")}\r\n${textOf(status)}`;
}

function rejectionFields(status: RefusalStatus): Record<string, string> {
  return {
    "content-type": "text/plain; charset=utf-8",
    "cache-control": "no-store",
    // RFC 9112 §9.6: what follows on this connection may belong to the body of what was refused.
    "connection": "close",
    ...(status === 405 && { "allow": ALLOWED_METHODS.join(", ") }),
    "content-length": String(textOf(status).length),
  };
}

function textOf(status: RefusalStatus): string {
  return `${STATUS_TEXTS[status]}\n`;
}
