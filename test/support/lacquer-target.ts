import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AdminAccess, purgeByApi } from "../../bench/purge-check/admin-api.ts";
import { announcedAddresses } from "../../bench/support/announced-addresses.ts";
import type { PurgeOrder } from "../../bench/purge-check/purge-order.ts";
import type { PurgeAnswer, Target } from "../../bench/purge-check/target.ts";
import { type LacquerProcess, startLacquer } from "./lacquer-process.ts";

const TOKEN = "token-of-the-test";

/** `lacquer` on the runtime that runs the test, for the purge checker. */
export class TestedLacquer implements Target {
  readonly abilities = { invalidatesByPost: true, purgesSoftly: true };
  readonly port: number;
  readonly #admin: AdminAccess;
  readonly #process: LacquerProcess;
  readonly #folder: string;

  private constructor(process: LacquerProcess, folder: string, addresses: { url: string; adminUrl: string }) {
    this.#process = process;
    this.#folder = folder;
    this.port = Number(new URL(addresses.url).port);
    this.#admin = { url: addresses.adminUrl, token: TOKEN };
  }

  static async start(originPort: number): Promise<TestedLacquer> {
    const folder = await mkdtemp(join(tmpdir(), "lacquer-"));
    const listen = ["--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0"];
    const flags = [...listen, "--origin", `http://127.0.0.1:${originPort}`, "--log", "off"];
    const process = startLacquer(["serve", ...flags], folder, { env: { LACQUER_ADMIN_TOKEN: TOKEN } });
    try {
      const announced = await process.prints(/^lacquer listening on .*\n(?:.*\n)*?lacquer admin listening on .*\n/m);
      return new TestedLacquer(process, folder, announcedAddresses(announced[0])!);
    } catch (error) {
      process.signal("SIGKILL");
      await process.ended;
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }

  purge({ request }: PurgeOrder): Promise<PurgeAnswer> {
    return purgeByApi(this.#admin, request);
  }

  crash(): Promise<void> {
    return Promise.reject(new Error("Cannot kill this one: it keeps nothing on disk"));
  }

  async stop(): Promise<void> {
    this.#process.signal("SIGKILL");
    await this.#process.ended;
    await rm(this.#folder, { recursive: true, force: true });
  }
}
