import type { ChildProcess } from "node:child_process";
import type { AdminAccess } from "../purge-check/admin-api.ts";
import { announcement } from "../support/announced-addresses.ts";
import { COMMANDS, type RuntimeName } from "../support/lacquer.ts";
import type { Workplace } from "../support/workplace.ts";

const TOKEN = "purge-bench";

/** A running `lacquer serve` with its admin API. */
export interface AdminLacquer {
  readonly child: ChildProcess;
  readonly port: number;
  readonly admin: AdminAccess;
}

/** Starts one on the first core, as README.md says. */
export async function startAdminLacquer(
  workplace: Workplace,
  runtime: RuntimeName,
  originPort: number,
): Promise<AdminLacquer> {
  const listen = ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"];
  const flags = [...listen, "--origin", `http://127.0.0.1:${originPort}`, "--log", "off"];
  const env = { ...process.env, LACQUER_ADMIN_TOKEN: TOKEN };
  const command = ["-c", "0", ...COMMANDS[runtime], "serve", ...flags];
  const child = workplace.startReadable("taskset", command, { env });
  const { url, adminUrl } = await announcement(child);
  return { child, port: Number(new URL(url).port), admin: { url: adminUrl, token: TOKEN } };
}
