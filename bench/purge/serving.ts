import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Workplace } from "../support/workplace.ts";
import { startWorker } from "./ask-worker.ts";
import type { Assignment, ServingMessage } from "./message.ts";

/** The last word of a serving process. */
export type Reclaimed = Extract<ServingMessage, { kind: "reclaimed" }> & {
  /** When it came, on the clock of this process. */
  readonly at: number;
};

/** A process that serves a page while it is full of other things. */
export class Serving {
  readonly port: number;
  /** Resolves once the memory of all those has been given back. */
  readonly reclaimed: Promise<Reclaimed>;
  readonly #controlPort: number;
  readonly #child: ChildProcess;
  readonly #workplace: Workplace;

  private constructor(workplace: Workplace, child: ChildProcess, events: Events) {
    this.#workplace = workplace;
    this.#child = child;
    this.port = events.listening.port;
    this.#controlPort = events.listening.controlPort;
    this.reclaimed = events.reclaimed;
  }

  /** Resolves once it is full. */
  static async start(workplace: Workplace, assignment: Assignment): Promise<Serving> {
    const child = startWorker(workplace, "serving-worker", assignment);
    const { promise, resolve, reject } = Promise.withResolvers<Extract<ServingMessage, { kind: "listening" }>>();
    const last = Promise.withResolvers<Reclaimed>();
    createInterface({ input: child.stdout! }).on("line", (line) => {
      const message = JSON.parse(line) as ServingMessage;
      if (message.kind === "listening") resolve(message);
      else last.resolve({ ...message, at: performance.now() });
    });
    child.once("exit", () => {
      const error = new Error(`Cannot measure on ${assignment.runtime}: the process ended early`);
      reject(error);
      last.reject(error);
    });
    last.promise.catch(() => {}); // it is stopped at the end anyway
    return new Serving(workplace, child, { listening: await promise, reclaimed: last.promise });
  }

  /** Purges all but the page. Resolves with the acknowledgement. */
  async purge(): Promise<void> {
    await (await fetch(`http://127.0.0.1:${this.#controlPort}/`, { method: "POST" })).text();
  }

  async stop(): Promise<void> {
    await this.#workplace.stop(this.#child);
  }
}

interface Events {
  readonly listening: Extract<ServingMessage, { kind: "listening" }>;
  readonly reclaimed: Promise<Reclaimed>;
}
