import { setTimeout as sleep } from "node:timers/promises";
import { header, RawConnection, type RawResponse } from "../../test/support/raw-client.ts";

export interface Asked {
  readonly method: "GET" | "HEAD" | "POST";
  readonly path: string;
  readonly fields: Readonly<Record<string, string>>;
  /** Leaves after so many milliseconds, or before that: once the header section is there. */
  readonly leaves?: { readonly after: number; readonly atHead: boolean } | undefined;
}

/** What came back. */
export type Answer =
  | { readonly kind: "response"; readonly response: RawResponse }
  /** The client has left; `version` is what the fields said that it had seen by then. */
  | { readonly kind: "left"; readonly version: number | undefined; readonly cacheStatus: string | undefined }
  /** No whole response came. */
  | { readonly kind: "failed"; readonly message: string };

const PATIENCE_MS = 15_000;

/** One client with one connection at a time, which it keeps while that works. */
export class Client {
  readonly #port: number;
  readonly #host: string;
  #connection: RawConnection | undefined;

  constructor(port: number) {
    this.#port = port;
    this.#host = `127.0.0.1:${port}`;
  }

  async ask(asked: Asked): Promise<Answer> {
    try {
      const connection = await this.#connected();
      connection.send(this.#requestText(asked));
      if (asked.leaves !== undefined) return await this.#leave(connection, asked.leaves);
      const response = await connection.response({ method: asked.method, timeout: PATIENCE_MS });
      if (response?.complete && !endsConnection(response)) return { kind: "response", response };
      this.close();
      if (response?.complete) return { kind: "response", response };
      return { kind: "failed", message: response === undefined ? "no response" : "a response that was cut" };
    } catch (error) {
      this.close();
      return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
    }
  }

  /** Drops its connection. */
  close(): void {
    this.#connection?.destroy();
    this.#connection = undefined;
  }

  async #connected(): Promise<RawConnection> {
    if (this.#connection?.ending !== "open") this.close();
    return this.#connection ??= await RawConnection.open(this.#port);
  }

  async #leave(connection: RawConnection, { after, atHead }: NonNullable<Asked["leaves"]>): Promise<Answer> {
    if (atHead) await connection.sees("\r\n\r\n", Math.max(1, after)).catch(() => {}); // it leaves all the same
    else await sleep(after);
    const { received } = connection;
    this.close();
    const version = /^x-version: *(\d+)\r$/im.exec(received)?.[1];
    const cacheStatus = /^cache-status: *(.*)\r$/im.exec(received)?.[1];
    return { kind: "left", version: version === undefined ? undefined : Number(version), cacheStatus };
  }

  #requestText({ method, path, fields }: Asked): string {
    const lines = Object.entries({ Host: this.#host, ...fields }).map(([name, value]) => `${name}: ${value}`);
    if (method === "POST") lines.push("Content-Length: 0");
    return `${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`;
  }
}

function endsConnection(response: RawResponse): boolean {
  return response.framing === "close" || /\bclose\b/i.test(header(response, "connection") ?? "");
}
