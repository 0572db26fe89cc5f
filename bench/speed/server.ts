import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../support/ports.ts";
import type { Workplace } from "../support/workplace.ts";
import { BARES, type ContenderName, LACQUERS } from "./contender.ts";
import { CONTENDERS } from "./contenders/all.ts";
import { allKeys } from "./lua.ts";
import { prove } from "./probe.ts";
import { type Probe, STORE_BYTES, type Track } from "./scenario.ts";
import { type Loaded, runWrk, type WrkOptions } from "./wrk.ts";

export interface Surroundings {
  readonly workplace: Workplace;
  readonly originPort: number;
  /** Of one measurement. */
  readonly seconds: number;
  /** For how long a contender in JavaScript is asked before: its runtime compiles what is asked for often. */
  readonly practice: number;
}

const STARTS_WITHIN_MS = 20_000;
const MANY_KEYS = 100_000;
const IN_JAVASCRIPT: readonly ContenderName[] = [...BARES, ...LACQUERS];

/** One contender that runs, before one track. */
export class Server {
  readonly #name: ContenderName;
  readonly #track: Track;
  readonly #surroundings: Surroundings;
  readonly #port: number;
  readonly #child: ChildProcess;
  /** Keys up to this number have been asked for. */
  #asked = 0;

  private constructor(name: ContenderName, track: Track, parts: [Surroundings, number, ChildProcess]) {
    this.#name = name;
    this.#track = track;
    [this.#surroundings, this.#port, this.#child] = parts;
  }

  static async start(name: ContenderName, track: Track, surroundings: Surroundings): Promise<Server> {
    const { workplace, originPort } = surroundings;
    const { storeBytes = STORE_BYTES, log = false } = track;
    const port = await freePort();
    const child = await CONTENDERS[name].start(workplace, { port, originPort, storeBytes, log });
    return new Server(name, track, [surroundings, port, child]);
  }

  /** Throws when it does not work as it must; gets what the track needs stored. */
  async prepare(): Promise<void> {
    await this.#listening();
    await this.#prove(this.#track.probes);
    await this.#fill();
    await this.#prove(this.#track.stored ?? []);
    const { seconds, practice } = this.#surroundings;
    await this.#ask(IN_JAVASCRIPT.includes(this.#name) ? practice : seconds);
  }

  /** Runs the load once. Throws when it was not answered as it must be. */
  measure(): Promise<Loaded> {
    return this.#ask(this.#surroundings.seconds);
  }

  async #ask(seconds: number): Promise<Loaded> {
    const { load } = this.#track;
    const figures = await runWrk(load, this.#options(seconds, this.#asked));
    this.#asked += figures.requests + load.connections;
    return figures;
  }

  stop(): Promise<void> {
    return this.#surroundings.workplace.stop(this.#child);
  }

  async #prove(probes: readonly Probe[]): Promise<void> {
    for (const probe of probes) await prove(CONTENDERS[this.#name], this.#port, probe);
  }

  /** Asks for every key once. What was under way at the end of a run is asked for again. */
  async #fill(): Promise<void> {
    const { fill, load: { connections } } = this.#track;
    if (fill === undefined) return;
    process.stderr.write(`${this.#name}: ${fill.count} keys are stored\n`);
    const load = { connections, path: "/", length: 0, lua: allKeys(fill.prefix, fill.count) };
    const seconds = fill.count > MANY_KEYS ? 10 : 1;
    for (let first = 0; first < fill.count + connections;) {
      const { requests } = await runWrk(load, this.#options(seconds, first));
      first += Math.max(requests - connections, 1);
    }
  }

  #options(seconds: number, first: number): WrkOptions {
    const { workplace } = this.#surroundings;
    return { workplace, port: this.#port, pid: this.#child.pid ?? 0, seconds, first };
  }

  /** Any answer will do. */
  async #listening(): Promise<void> {
    const deadline = performance.now() + STARTS_WITHIN_MS;
    while (this.#child.exitCode === null && performance.now() < deadline) {
      const response = await fetch(`http://127.0.0.1:${this.#port}/1k`).catch(() => undefined);
      if (response !== undefined) return void await response.arrayBuffer();
      await sleep(50);
    }
    const { exitCode } = this.#child;
    throw new Error(exitCode === null ? "it does not start" : `it ends with exit code ${exitCode} instead of starting`);
  }
}
