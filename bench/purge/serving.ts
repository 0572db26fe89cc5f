import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Workplace } from "../support/workplace.ts";
import { startWorker } from "./ask-worker.ts";
import type { Assignment, PurgeAnswer, ServingMessage } from "./message.ts";

/** A message, and when it came on the clock of this process. */
type Timed = ServingMessage & { readonly at: number };

type Listening = Extract<ServingMessage, { kind: "listening" }>;

/** A purge that has been acknowledged. */
export interface Purged extends PurgeAnswer {
  /** When the memory has been given back; never rejects. */
  readonly reclaimed: Promise<number>;
}

/** A process that serves a page while it is full of other things. */
export class Serving {
  readonly port: number;
  readonly #controlPort: number;
  readonly #process: Process;

  private constructor({ port, controlPort }: Listening, process: Process) {
    this.port = port;
    this.#controlPort = controlPort;
    this.#process = process;
  }

  /** Resolves once it is full. */
  static async start(workplace: Workplace, assignment: Assignment): Promise<Serving> {
    const child = startWorker(workplace, "serving-worker", assignment);
    const process = { child, workplace, messages: messagesOf(child) };
    const { value } = await process.messages.next();
    if (value?.kind !== "listening") throw new Error(`Cannot measure on ${assignment.runtime}: it ended early`);
    return new Serving(value, process);
  }

  /** Purges a tag. Resolves with the acknowledgement. */
  async purge(tag: string): Promise<Purged> {
    const response = await fetch(`http://127.0.0.1:${this.#controlPort}/${tag}`, { method: "POST" });
    const { acknowledged } = await response.json() as PurgeAnswer;
    const reclaimed = this.#process.messages.next().then(({ value }) => value?.at ?? Infinity);
    return { acknowledged, reclaimed };
  }

  async stop(): Promise<void> {
    await this.#process.workplace.stop(this.#process.child);
  }
}

interface Process {
  readonly child: ChildProcess;
  readonly workplace: Workplace;
  readonly messages: AsyncIterator<Timed, undefined>;
}

async function* messagesOf(child: ChildProcess): AsyncGenerator<Timed, undefined> {
  for await (const line of createInterface({ input: child.stdout! })) {
    yield { ...JSON.parse(line) as ServingMessage, at: performance.now() };
  }
  return undefined;
}
