import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { sharedNow } from "./plan.ts";
import { ResponseReader } from "./response-reader.ts";

/** One request of a crowd. */
export interface Asked {
  readonly path: string;
  readonly accept?: string;
  readonly cookie?: string;
}

/** What came of it. */
export interface Answer {
  readonly asked: Asked;
  /** Zero when no header section arrived. */
  readonly status: number;
  readonly body: Buffer;
  /** `broken`: the connection ended too early or nothing more came in time; `left`: the client hung up. */
  readonly ended: "complete" | "broken" | "left";
  /** First byte of the body, on the clock of `sharedNow()`; absent when there was none. */
  readonly firstByteAt?: number;
  readonly endedAt: number;
}

export interface CrowdOptions {
  readonly port: number;
  /** The client whose request is written first hangs up after this many milliseconds. */
  readonly firstLeavesAfter?: number;
}

export interface CrowdResult {
  readonly answers: readonly Answer[];
  /** From writing the requests until the last answer was complete. */
  readonly wallMs: number;
}

const PATIENCE_MS = 15_000;
const OPEN_AT_ONCE = 100;

/** Opens a connection for every request, then writes all requests at once and waits for all answers. */
export async function ask(asked: readonly Asked[], options: CrowdOptions): Promise<CrowdResult> {
  const members: Member[] = [];
  for (let first = 0; first < asked.length; first += OPEN_AT_ONCE) {
    const some = asked.slice(first, first + OPEN_AT_ONCE);
    members.push(...await Promise.all(some.map(async (one) => new Member(await open(options.port), one))));
  }
  // Connections that the kernel has made are accepted by the proxy a little later.
  await sleep(100);
  const startedAt = sharedNow();
  for (const member of members) member.write();
  const { firstLeavesAfter } = options;
  if (firstLeavesAfter !== undefined) void sleep(firstLeavesAfter).then(() => members[0]?.leave());
  const answers = await Promise.all(members.map((member) => member.answer()));
  return { answers, wallMs: Math.max(...answers.map(({ endedAt }) => endedAt)) - startedAt };
}

/** An open connection; throws when there is none after five seconds. */
export function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true, timeout: 5000 });
    socket.once("error", reject);
    socket.once("timeout", () => socket.destroy(new Error(`Cannot connect to port ${port}: no answer in 5 s`)));
    socket.once("connect", () => {
      socket.off("error", reject).removeAllListeners("timeout").setTimeout(0);
      resolve(socket);
    });
  });
}

/** The request as it goes over the wire. */
export function requestText({ path, accept, cookie }: Asked): string {
  const lines = [`GET ${path} HTTP/1.1`, "Host: bench.example"];
  if (accept !== undefined) lines.push(`Accept: ${accept}`);
  if (cookie !== undefined) lines.push(`Cookie: ${cookie}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}

class Member {
  readonly #socket: Socket;
  readonly #asked: Asked;
  readonly #chunks: Buffer[] = [];
  readonly #reader = new ResponseReader((bytes) => this.#onBody(bytes));
  readonly #ended = Promise.withResolvers<Answer["ended"]>();
  #firstByteAt: number | undefined;
  #endedAt = 0;

  constructor(socket: Socket, asked: Asked) {
    this.#socket = socket;
    this.#asked = asked;
    socket.on("data", (bytes: Buffer) => {
      this.#reader.push(bytes);
      if (this.#reader.complete) this.#end("complete");
    });
    socket.on("end", () => this.#reader.end());
    socket.on("error", () => this.#end("broken"));
    socket.on("close", () => this.#end(this.#reader.complete ? "complete" : "broken"));
  }

  write(): void {
    this.#socket.write(requestText(this.#asked));
  }

  leave(): void {
    this.#end("left");
  }

  async answer(): Promise<Answer> {
    const patience = setTimeout(() => this.#end("broken"), PATIENCE_MS);
    const ended = await this.#ended.promise;
    clearTimeout(patience);
    return {
      asked: this.#asked,
      status: this.#reader.status,
      body: Buffer.concat(this.#chunks),
      ended,
      ...(this.#firstByteAt === undefined ? {} : { firstByteAt: this.#firstByteAt }),
      endedAt: this.#endedAt,
    };
  }

  #onBody(bytes: Buffer): void {
    this.#firstByteAt ??= sharedNow();
    this.#chunks.push(bytes);
  }

  #end(ended: Answer["ended"]): void {
    this.#endedAt ||= sharedNow();
    this.#ended.resolve(ended);
    this.#socket.destroy();
  }
}
