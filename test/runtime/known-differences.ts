/**
 * Where a runtime's listener does not do what the contract asks, and why nothing is done about it. The contract checks
 * that each still differs, so that an entry which no longer holds fails; `docs/runtimes.md` is this list in prose.
 */
export type Difference =
  | "A10"
  | "absolute-form-authority"
  | "raw-target"
  | "asterisk"
  | "asterisk-path"
  | "continue-case"
  | "continue-http-1.0"
  | "pipelining"
  | "interim-responses"
  | "streamed-length"
  | "content-type"
  | "reset-content-length"
  | "header-timeout"
  | "idle-timeout"
  | "header-limit"
  | "connection-close"
  | "refusal-is-cut"
  | "abort-while-draining";

type Differences = Partial<Record<Difference, string>>;

export const KNOWN_DIFFERENCES: { readonly [runtime in "bun" | "deno" | "node"]: Differences } = {
  bun: {
    "absolute-form-authority": "Bun.serve drops the authority of an absolute-form target and shows nothing of it",
    "raw-target":
      "Bun.serve resolves dot segments and backslashes before it shows the URL; the result is what is keyed",
    "asterisk": "Bun.serve answers OPTIONS * with 400 before anybody sees it",
    "asterisk-path": "we cannot tell that the path /* is never an asterisk here, as it is on Deno",
    "continue-case":
      "Bun.serve knows 100-continue in lower case only; others send their body once they are tired of waiting",
    "continue-http-1.0": "Bun.serve says 100 to HTTP/1.0 as well",
    "pipelining":
      "Bun.serve closes the connection when a request arrives behind one that is not answered yet (oven-sh/bun#38128)",
    "interim-responses": "Bun.serve sends no 1xx but 100 (oven-sh/bun#8690)",
    "streamed-length": "Bun.serve sends every body that is still being made in chunks, and drops Content-Length",
    "content-type": "Bun.serve adds application/octet-stream to bytes; a stream of one piece gets none",
    "header-timeout": "Bun.serve waits 10 to 12 seconds for a header section, whatever it is told",
  },
  deno: {
    "A10": "Deno.serve takes a bare line feed for a line end, and shows nothing of it",
    "asterisk-path": "Deno.serve shows OPTIONS * as the path /*, and so both are answered alike",
    "continue-http-1.0": "Deno.serve says 100 to HTTP/1.0 as well",
    "interim-responses": "Deno.serve sends no 1xx but 100",
    "reset-content-length": "Deno.serve drops the Content-Length: 0 of a 205, whose end the client then cannot see",
    "header-timeout": "Deno.serve has no timeouts",
    "idle-timeout": "Deno.serve has no timeouts",
    "header-limit": "Deno.serve takes 64 KiB of header section, whatever it is told, and answers 400 above that",
    "connection-close": "Deno.serve sends Connection: close and keeps the connection open",
    "refusal-is-cut": "breaking off the body is the one way to end a connection of Deno.serve",
    "abort-while-draining": "a Deno server that shuts down can no longer be aborted; the process has to end",
  },
  node: {},
};
