import type { ChildProcess } from "node:child_process";
import { type AdminAccess, announcedAddresses } from "../purge-check/admin-api.ts";
import { COMMANDS, type RuntimeName } from "../support/lacquer.ts";
import type { Workplace } from "../support/workplace.ts";

const TOKEN = "purge-bench";
const START_LIMIT_MS = 20_000;

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

function announcement(child: ChildProcess): Promise<{ url: string; adminUrl: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ url: string; adminUrl: string }>();
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    const addresses = announcedAddresses(output);
    if (addresses !== undefined) resolve(addresses);
  });
  const fail = (what: string) => reject(new Error(`Cannot start lacquer: ${what} after "${output.trim()}"`));
  child.once("exit", (code, signal) => fail(`it ended with ${code ?? signal}`));
  const limit = setTimeout(() => fail(`it announced no two addresses in ${START_LIMIT_MS / 1000} s`), START_LIMIT_MS);
  return promise.finally(() => clearTimeout(limit));
}
