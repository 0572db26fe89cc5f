import { receiptSchema } from "../admin/purge-schema.ts";
import type { Problem } from "../config/config-error.ts";
import type { Runtime } from "../server/runtime.ts";
import { adminAccess } from "./admin-access.ts";
import { askAdmin, type Fetch } from "./admin-client.ts";
import { type FlagRules, type GivenFlags, readFlags } from "./flags.ts";
import { USAGE } from "./usage.ts";

const FLAGS: FlagRules = {
  url: { kind: "value", repeatable: true },
  tag: { kind: "value", repeatable: true },
  prefix: { kind: "value", repeatable: true },
  host: { kind: "value", repeatable: true },
  ban: { kind: "value", repeatable: true },
  all: { kind: "switch" },
  soft: { kind: "switch" },
  admin: { kind: "value" },
  help: { kind: "switch", short: "h" },
};

/** Flags that name what is purged. */
const NAMING = ["url", "tag", "prefix", "host", "ban", "all"];

/**
 * Purges through the admin API of a running proxy, and prints the place of the purge in the order of all.
 *
 * @returns The exit code.
 * @throws {UsageError | AdminError}
 */
export async function purge(
  runtime: Runtime,
  args: readonly string[],
  parts: { fetch: Fetch } = { fetch },
): Promise<number> {
  const given = readFlags(args, FLAGS);
  if (given.isOn("help")) {
    runtime.writeOut(USAGE);
    return 0;
  }
  const bans = given.values("ban").map(parseBan);
  const problems = [...namingProblems(given), ...bans.flatMap((ban) => "problem" in ban ? [ban.problem] : [])];
  const access = adminAccess("lacquer purge", given, { runtime, problems });
  const content = { ...contentOf(given), bans: bans.map((ban) => "problem" in ban ? undefined : ban.ban) };
  const question = { path: "/v1/purge", content };
  const { sequence } = await askAdmin(question, receiptSchema, { ...access, fetch: parts.fetch });
  runtime.writeOut(`purged, sequence ${sequence}\n`);
  return 0;
}

function namingProblems(given: GivenFlags): Problem[] {
  if (NAMING.some((name) => given.isOn(name)) || given.problems.length > 0) return [];
  const accepted = NAMING.map((name) => `--${name}`).join(", ");
  return [{ path: "", message: `nothing is named to be purged, accepted: one or more of ${accepted}` }];
}

function contentOf(given: GivenFlags) {
  return {
    urls: given.values("url"),
    tags: given.values("tag"),
    prefixes: given.values("prefix"),
    hosts: given.values("host"),
    all: given.isOn("all"),
    soft: given.isOn("soft"),
  };
}

function parseBan(text: string): { readonly ban: unknown } | { readonly problem: Problem } {
  try {
    return { ban: JSON.parse(text) };
  } catch {
    const example = `'{"where":[{"field":"path","prefix":"/blog/"}]}'`;
    return { problem: { path: "--ban", message: `given ${text}, accepted: JSON such as ${example}`, given: text } };
  }
}
