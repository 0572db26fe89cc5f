import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Workplace } from "../support/workplace.ts";
import { startWorker } from "./ask-worker.ts";
import type { Assignment, ServingMessage } from "./message.ts";

/** A message, and when it came on the clock of this process. */
type Timed<Message> = Message & { readonly at: number };

type Listening = Extract<ServingMessage, { kind: "listening" }>;

/** What a serving process tells once the memory of a purge is given back. */
export type Reclaimed = Timed<Extract<ServingMessage, { kind: "reclaimed" }>>;

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
    return new Serving(await next(process, "listening") as Listening, process);
  }

  /** Purges a tag. Resolves with the acknowledgement, and with what resolves once the memory has been given back. */
  async purge(tag: string): Promise<{ reclaimed: Promise<Reclaimed> }> {
    await (await fetch(`http://127.0.0.1:${this.#controlPort}/${tag}`, { method: "POST" })).text();
    return { reclaimed: next(this.#process, "reclaimed") as Promise<Reclaimed> };
  }

  async stop(): Promise<void> {
    await this.#process.workplace.stop(this.#process.child);
  }
}

interface Process {
  readonly child: ChildProcess;
  readonly workplace: Workplace;
  readonly messages: AsyncIterator<Timed<ServingMessage>>;
}

async function* messagesOf(child: ChildProcess): AsyncGenerator<Timed<ServingMessage>> {
  for await (const line of createInterface({ input: child.stdout! })) {
    yield { ...JSON.parse(line) as ServingMessage, at: performance.now() };
  }
}

async function next({ messages }: Process, kind: ServingMessage["kind"]): Promise<Timed<ServingMessage>> {
  const { value } = await messages.next();
  if (value?.kind !== kind) throw new Error(`Cannot measure: a serving process ended before it was ${kind}`);
  return value;
}
