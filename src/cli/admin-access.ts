import { isToken, TOKEN_FORM } from "../admin/admin-token.ts";
import type { Problem } from "../config/config-error.ts";
import { parseOriginUrl } from "../config/origin-url.ts";
import type { Runtime } from "../server/runtime.ts";
import { AdminError } from "./admin-error.ts";
import type { GivenFlags } from "./flags.ts";
import { UsageError } from "./usage-error.ts";

/** Where the admin API is, and what it asks for. */
export interface AdminAccess {
  /** Scheme, host and port. */
  readonly url: string;
  readonly token: string;
}

const DEFAULT_URL = "http://127.0.0.1:8081";

/**
 * How a command reaches the admin API: by `--admin`, else by `LACQUER_ADMIN_URL`, and with `LACQUER_ADMIN_TOKEN`.
 *
 * @param problems What else is wrong with the command line.
 * @throws {UsageError} with every problem at once.
 * @throws {AdminError} when there is no token.
 */
export function adminAccess(
  command: string,
  given: GivenFlags,
  { runtime, problems = [] }: { runtime: Pick<Runtime, "env">; problems?: readonly Problem[] },
): AdminAccess {
  const found = adminUrl(given, runtime);
  const all = [...given.problems, ...problems, ...("problem" in found ? [found.problem] : [])];
  if ("problem" in found || all.length > 0) throw new UsageError(command, all);
  return { url: found.url, token: tokenOf(runtime) };
}

/** Its address, or what is wrong with it. */
function adminUrl(given: GivenFlags, runtime: Pick<Runtime, "env">): { url: string } | { problem: Problem } {
  const [flag] = given.values("admin");
  const text = flag ?? (runtime.env("LACQUER_ADMIN_URL") || DEFAULT_URL);
  const parsed = parseOriginUrl(text);
  if ("url" in parsed) return parsed;
  const path = flag === undefined ? "LACQUER_ADMIN_URL" : "--admin";
  return { problem: { path, message: `given "${text}", accepted: ${parsed.accepted}`, given: text } };
}

function tokenOf(runtime: Pick<Runtime, "env">): string {
  const token = runtime.env("LACQUER_ADMIN_TOKEN") ?? "";
  if (token === "") {
    throw new AdminError([
      "Cannot ask the admin API: LACQUER_ADMIN_TOKEN is not set",
      '  Set it to the token of the proxy; "lacquer serve" prints one where none is configured',
    ]);
  }
  if (!isToken(token)) throw new AdminError([`Cannot use LACQUER_ADMIN_TOKEN: accepted are ${TOKEN_FORM}`]);
  return token;
}
