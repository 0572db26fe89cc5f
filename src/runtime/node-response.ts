import { getRequestListener } from "@hono/node-server";

/**
 * Replaces the global `Response` by one that costs little to build and to send from Node: the light one of
 * `@hono/node-server`, with fields given as pairs or as `Headers` turned into a plain record, for to those the adapter
 * would add `Content-Type: text/plain`.
 */
export function installNodeResponse(): void {
  if (installed.has(globalThis.Response)) return;
  // The adapter puts its own globals in place as a side effect of this call.
  getRequestListener(() => new Response(), { overrideGlobalObjects: true });
  Object.defineProperty(globalThis, "Response", { value: nodeResponse(), writable: true, configurable: true });
  installed.add(globalThis.Response);
}

/** Whether the adapter would alter `response`: invent a content type, or print what its body failed with. */
export function needsFaithfulSend(response: Response): boolean {
  return !(PLAIN in response);
}

/** Marks a response that the adapter sends as it is. */
const PLAIN: unique symbol = Symbol("lacquer.plain");
const installed = new WeakSet<typeof Response>();

function nodeResponse(): typeof Response {
  const LightResponse = globalThis.Response;
  return class NodeResponse extends LightResponse {
    declare [PLAIN]: true;

    /** What `fetch` gives is a `Response` as well. */
    static override [Symbol.hasInstance](value: unknown): boolean {
      return value instanceof LightResponse;
    }

    constructor(body?: BodyInit | null, init?: ResponseInit) {
      const fields = recordOf(init?.headers ?? (typeof body === "string" ? undefined : {}));
      super(
        body instanceof ArrayBuffer ? new Uint8Array(body) : body,
        fields === undefined ? init : withFields(init, fields),
      );
      const repeated = fields === undefined && init?.headers !== undefined;
      if (!repeated && isSentWhole(body)) this[PLAIN] = true;
    }
  };
}

function isSentWhole(body: BodyInit | null | undefined): boolean {
  return body === null || body === undefined || typeof body === "string" || body instanceof Uint8Array ||
    body instanceof ArrayBuffer;
}

/** `init` may be a `Response`, whose properties are not its own, so no spread. */
function withFields(init: ResponseInit | undefined, headers: Record<string, string>): ResponseInit {
  return { status: init?.status ?? 200, statusText: init?.statusText ?? "", headers };
}

/** `headers` as a record, or `undefined` when there are none or some that a record cannot carry. */
function recordOf(headers: HeadersInit | undefined): Record<string, string> | undefined {
  if (headers === undefined) return undefined;
  if (!Array.isArray(headers) && !(headers instanceof Headers)) return headers as Record<string, string>;
  const record: Record<string, string> = Object.create(null);
  for (const [name, value] of headers as Iterable<[string, string]>) {
    const key = name.toLowerCase();
    if (key in record) return undefined;
    record[key] = value;
  }
  return record;
}
