import { statsSchema } from "../admin/stats-schema.ts";
import type { Runtime } from "../server/runtime.ts";
import { adminAccess } from "./admin-access.ts";
import { askAdmin, type Fetch } from "./admin-client.ts";
import { type FlagRules, readFlags } from "./flags.ts";
import { statsTable } from "./stats-table.ts";
import { USAGE } from "./usage.ts";

const FLAGS: FlagRules = {
  json: { kind: "switch" },
  admin: { kind: "value" },
  help: { kind: "switch", short: "h" },
};

/**
 * Prints the figures of a running proxy, as its admin API tells them: a table, or JSON.
 *
 * @returns The exit code.
 * @throws {UsageError | AdminError}
 */
export async function stats(
  runtime: Runtime,
  args: readonly string[],
  parts: { fetch: Fetch } = { fetch },
): Promise<number> {
  const given = readFlags(args, FLAGS);
  if (given.isOn("help")) {
    runtime.writeOut(USAGE);
    return 0;
  }
  const access = adminAccess("lacquer stats", given, { runtime });
  const answer = await askAdmin({ path: "/v1/stats" }, statsSchema, { ...access, fetch: parts.fetch });
  runtime.writeOut(given.isOn("json") ? `${JSON.stringify(answer, null, 2)}\n` : statsTable(answer));
  return 0;
}
