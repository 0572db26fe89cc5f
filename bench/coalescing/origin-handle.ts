import { once } from "node:events";
import type { Workplace } from "../support/workplace.ts";
import type { PathSeen, Plan } from "./plan.ts";

/** Gives orders to the process of `origin.ts`. */
export class OriginHandle {
  readonly #control: string;

  private constructor(control: string) {
    this.#control = control;
  }

  static async start(workplace: Workplace): Promise<OriginHandle> {
    const child = workplace.startReadable(process.execPath, ["bench/coalescing/origin.ts"]);
    const [line] = await once(child.stdout!, "data", { signal: AbortSignal.timeout(10_000) });
    return new OriginHandle(`http://127.0.0.1:${Number(line)}`);
  }

  /** Forgets plans and counts, and gives the new port on which it answers from now on. */
  stage(): Promise<number> {
    return this.#order("/stage");
  }

  /** Connections are refused until the next `stage()`. */
  async close(): Promise<void> {
    await this.#order("/close");
  }

  /** What it answers for all paths that begin with `/directory/`. */
  async plan(directory: string, plan: Plan): Promise<void> {
    await this.#order(`/plan?directory=${directory}`, JSON.stringify(plan));
  }

  seen(path: string): Promise<PathSeen> {
    return this.#order(`/seen?path=${encodeURIComponent(path)}`);
  }

  async #order<Result>(target: string, body = ""): Promise<Result> {
    const signal = AbortSignal.timeout(10_000);
    const response = await fetch(this.#control + target, { method: "POST", body, signal });
    if (!response.ok) throw new Error(`Cannot order "${target}" of the origin: ${await response.text()}`);
    return await response.json() as Result;
  }
}
