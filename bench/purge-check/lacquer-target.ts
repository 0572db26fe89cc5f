import type { ChildProcess } from "node:child_process";
import { announcement } from "../support/announced-addresses.ts";
import { COMMANDS, type RuntimeName } from "../support/lacquer.ts";
import type { Workplace } from "../support/workplace.ts";
import { purgeByApi } from "./admin-api.ts";
import type { PurgeOrder } from "./purge-order.ts";
import type { PurgeAnswer, Target } from "./target.ts";

const TOKEN = "purge-checker";

export interface LacquerOptions {
  readonly runtime: RuntimeName;
  /** Whether purges are to outlive the process. */
  readonly keepsState: boolean;
}

/** `lacquer serve` on a runtime, with its admin listener. */
export class LacquerTarget implements Target {
  readonly abilities = { invalidatesByPost: true, purgesSoftly: true };
  readonly #workplace: Workplace;
  readonly #runtime: RuntimeName;
  readonly #flags: readonly string[];
  readonly #stateFolder: string | undefined;
  #child: ChildProcess | undefined;
  #url: URL | undefined;
  #adminUrl: URL | undefined;

  private constructor(workplace: Workplace, runtime: RuntimeName, setting: Setting) {
    this.#workplace = workplace;
    this.#runtime = runtime;
    this.#stateFolder = setting.stateFolder;
    this.#flags = ["--origin", `http://127.0.0.1:${setting.originPort}`, "--log", "off"];
    if (setting.stateFolder !== undefined) this.#flags = [...this.#flags, "--state", setting.stateFolder];
  }

  static async start(
    workplace: Workplace,
    { runtime, keepsState }: LacquerOptions,
    originPort: number,
  ): Promise<LacquerTarget> {
    const stateFolder = keepsState ? await workplace.newFolder("state") : undefined;
    const target = new LacquerTarget(workplace, runtime, { originPort, stateFolder });
    await target.#start();
    return target;
  }

  get port(): number {
    return Number(this.#url?.port);
  }

  purge({ request }: PurgeOrder): Promise<PurgeAnswer> {
    return purgeByApi({ url: this.#adminUrl!.origin, token: TOKEN }, request);
  }

  async crash(): Promise<void> {
    const child = this.#child!;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    await this.#start();
  }

  async stop(): Promise<void> {
    if (this.#child !== undefined) await this.#workplace.stop(this.#child);
  }

  /** The first time on free ports, later on the same ones. */
  async #start(): Promise<void> {
    const listen = ["--listen", this.#url?.host ?? "127.0.0.1:0", "--admin", this.#adminUrl?.host ?? "127.0.0.1:0"];
    const [command, ...args] = commandOf(this.#runtime, this.#stateFolder);
    const env = { ...process.env, LACQUER_ADMIN_TOKEN: TOKEN };
    const flags = [...args, "serve", ...listen, ...this.#flags];
    this.#child = this.#workplace.startReadable(command, flags, { env });
    const addresses = await announcement(this.#child);
    this.#url = new URL(addresses.url);
    this.#adminUrl = new URL(addresses.adminUrl);
  }
}

interface Setting {
  readonly originPort: number;
  readonly stateFolder: string | undefined;
}

function commandOf(runtime: RuntimeName, stateFolder: string | undefined): readonly [string, ...string[]] {
  const [command, ...args] = COMMANDS[runtime];
  if (runtime !== "deno" || stateFolder === undefined) return [command, ...args];
  return [command, args[0]!, `--allow-write=${stateFolder}`, ...args.slice(1)];
}
