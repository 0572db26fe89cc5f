import { isToken, TOKEN_FORM } from "../admin/admin-token.ts";
import type { Problem } from "../config/config-error.ts";
import { parseOriginUrl } from "../config/origin-url.ts";
import type { Runtime } from "../server/runtime.ts";
import { AdminError } from "./admin-error.ts";
import type { GivenFlags } from "./flags.ts";

/** Where the admin API is, and what it asks for. */
export interface AdminAccess {
  /** Scheme, host and port. */
  readonly url: string;
  readonly token: string;
}

const DEFAULT_URL = "http://127.0.0.1:8081";

/** The address of the admin API by `--admin`, else by `LACQUER_ADMIN_URL`, or what is wrong with it. */
export function adminUrl(given: GivenFlags, runtime: Pick<Runtime, "env">): { url: string } | { problem: Problem } {
  const [flag] = given.values("admin");
  const text = flag ?? (runtime.env("LACQUER_ADMIN_URL") || DEFAULT_URL);
  const parsed = parseOriginUrl(text);
  if ("url" in parsed) return parsed;
  const path = flag === undefined ? "LACQUER_ADMIN_URL" : "--admin";
  return { problem: { path, message: `given "${text}", accepted: ${parsed.accepted}`, given: text } };
}

/** The token of `LACQUER_ADMIN_TOKEN`. @throws {AdminError} when there is none. */
export function tokenOf(runtime: Pick<Runtime, "env">): string {
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
