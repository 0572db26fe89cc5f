import { ListenError, type ListenOptions } from "../server/runtime.ts";

/** A `ListenError` that says in plain words what the runtime's own error means. */
export function listenError(options: ListenOptions, cause: unknown): ListenError {
  return new ListenError(options.hostname, options.port, reasonOf(cause), cause);
}

const REASONS = new Map([
  ["EADDRINUSE", "the address is already in use"],
  ["EADDRNOTAVAIL", "the address does not belong to this machine"],
  ["ENOTFOUND", "the host name does not resolve to an address"],
  ["EAI_AGAIN", "the host name does not resolve to an address"],
  ["EACCES", "permission is denied"],
  ["EPERM", "permission is denied"],
  ["ERR_OUT_OF_RANGE", "the port is not between 0 and 65535"],
  ["ERR_SOCKET_BAD_PORT", "the port is not between 0 and 65535"],
]);

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const known = REASONS.get((cause as Error & { code?: string }).code ?? "");
  if (known !== undefined) return known;
  // Deno reports these two without a code.
  if (cause.message.startsWith("failed to lookup address")) return "the host name does not resolve to an address";
  if (cause instanceof RangeError) return "the port is not between 0 and 65535";
  return cause.message;
}
