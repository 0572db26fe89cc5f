import type { OutgoingHttpHeaders, ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { discard } from "../origin/discard.ts";

/**
 * Sends `response` on `outgoing` with its own header fields and no other, and returns what tells the adapter that it
 * is done. A body that errors, or ends short of its `Content-Length`, breaks the connection: the client must never
 * take it for complete (RFC 9112 §8).
 */
export function sendFaithfully(response: Response, outgoing: ServerResponse): Response {
  if (outgoing.destroyed) { // the client left before there was an answer; "close" has been and comes no more
    discard(response);
    return RESPONSE_ALREADY_SENT;
  }
  // Without it Node leaves the connection open and the client waiting when the body is too short.
  outgoing.strictContentLength = true;
  outgoing.writeHead(response.status, outgoingFields(response.headers));
  const body = response.body;
  if (body === null) {
    outgoing.end();
  } else if (outgoing.req.method === "HEAD" || response.status === 304 || response.status === 204) {
    outgoing.end();
    discard(response);
  } else {
    // Sends the header section now. flushHeaders() would send it as UTF-8, while fields are ISO 8859-1.
    outgoing.write(new Uint8Array(0));
    void sendBody(body.getReader(), outgoing);
  }
  return RESPONSE_ALREADY_SENT;
}

function outgoingFields(headers: Headers): OutgoingHttpHeaders {
  const fields: OutgoingHttpHeaders = Object.create(null);
  for (const [name, value] of headers) fields[name] = value;
  const cookies = headers.getSetCookie();
  if (cookies.length > 0) fields["set-cookie"] = cookies;
  return fields;
}

async function sendBody(reader: ReadableStreamDefaultReader<Uint8Array>, outgoing: ServerResponse): Promise<void> {
  const stop = () => void reader.cancel().catch(() => {}); // a body that is unwanted may fail as it likes
  outgoing.once("close", stop);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (outgoing.destroyed) return;
      if (done) break;
      if (!outgoing.write(value)) await writable(outgoing);
    }
    outgoing.off("close", stop);
    outgoing.end();
  } catch {
    // Whoever made the body knows why it failed; all that is left here is to let the client see it.
    outgoing.destroy();
  }
}

function writable(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      outgoing.off("drain", done);
      outgoing.off("close", done);
      resolve();
    };
    outgoing.on("drain", done);
    outgoing.on("close", done);
  });
}
