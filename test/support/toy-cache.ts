import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Target } from "../../bench/purge-check/target.ts";

interface Kept {
  readonly fields: Record<string, string>;
  readonly body: string;
}

export interface ToyOptions {
  /** Keeps what was fetched before a purge and arrives after it: the mistake that the checker has to find. */
  readonly forgetsPurges: boolean;
}

/** A cache of few lines: it keeps everything until it is purged. */
export class ToyCache implements Target {
  readonly abilities = { invalidatesByPost: true, purgesSoftly: false };
  readonly #kept = new Map<string, Map<string, Kept>>();
  /** How often each path was purged. */
  readonly #purges = new Map<string, number>();
  readonly #server = createServer((request, response) => {
    this.#answer(request, response).catch(() => response.destroy());
  });
  readonly #originPort: number;
  readonly #options: ToyOptions;

  private constructor(originPort: number, options: ToyOptions) {
    this.#originPort = originPort;
    this.#options = options;
  }

  static async start(originPort: number, options: ToyOptions): Promise<ToyCache> {
    const cache = new ToyCache(originPort, options);
    await new Promise<void>((resolve) => cache.#server.listen(0, "127.0.0.1", resolve));
    return cache;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  purge({ covers }: Parameters<Target["purge"]>[0]): ReturnType<Target["purge"]> {
    for (const { path } of covers) this.#forget(path);
    return Promise.resolve({ kind: "acknowledged", sequence: undefined });
  }

  crash(): Promise<void> {
    return Promise.reject(new Error("Cannot kill a cache that is no process"));
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  #forget(path: string): void {
    this.#kept.delete(path);
    this.#purges.set(path, this.#purgesOf(path) + 1);
  }

  #purgesOf(path: string): number {
    return this.#purges.get(path) ?? 0;
  }

  async #answer({ method, url: path = "", headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const language = headers["accept-language"] ?? "";
    const found = method === "POST" ? undefined : this.#kept.get(path)?.get(language);
    const { fields, body } = found ?? await this.#fetch(path, { method: method ?? "GET", language });
    if (method === "POST") this.#forget(path);
    const status = found === undefined ? "toy; fwd=miss" : "toy; hit";
    response.writeHead(200, { ...fields, "Cache-Status": status }).end(method === "HEAD" ? undefined : body);
  }

  async #fetch(path: string, { method, language }: { method: string; language: string }): Promise<Kept> {
    const before = this.#purgesOf(path);
    const response = await fetch(`http://127.0.0.1:${this.#originPort}${path}`, {
      method: method === "POST" ? "POST" : "GET",
      headers: { "Accept-Language": language },
    });
    const kept = { fields: { "X-Version": response.headers.get("x-version") ?? "" }, body: await response.text() };
    const isCurrent = this.#options.forgetsPurges || this.#purgesOf(path) === before;
    if (method !== "POST" && isCurrent) this.#kept.set(path, (this.#kept.get(path) ?? new Map()).set(language, kept));
    return kept;
  }
}
