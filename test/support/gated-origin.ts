import type { Socket } from "node:net";
import type { RawRequest } from "./raw-origin.ts";

/** A request at an origin that is answered by the test. */
export interface Held {
  readonly request: RawRequest;
  /** Sends bytes of the answer. */
  send(bytes: string): void;
}

export interface PageOptions {
  /** Field lines. `Cache-Control: max-age=600` by default. */
  readonly lines?: readonly string[] | undefined;
  /** Bytes of the body; `v1` for version 1 by default. */
  readonly body?: string | undefined;
}

/** An answer as it stands on the wire. */
export function page(version: number, { lines = ["Cache-Control: max-age=600"], body }: PageOptions = {}): string {
  const content = body ?? `v${version}`;
  return ["HTTP/1.1 200 OK", ...lines, `Content-Length: ${content.length}`, "", content].join("\r\n");
}

/** Answers every request at once with its current version, but for those that a test holds. */
export class GatedOrigin {
  version = 1;
  /** Field lines of all its answers. */
  lines: readonly string[] | undefined;
  readonly #holds: ((held: Held) => void)[] = [];

  readonly handle = (request: RawRequest, socket: Socket): void => {
    const hold = this.#holds.shift();
    if (hold === undefined) socket.write(page(this.version, { lines: this.lines }));
    else hold({ request, send: (bytes) => void socket.write(bytes, "latin1") });
  };

  /** The next request, once it has arrived. */
  hold(): Promise<Held> {
    return new Promise((resolve) => this.#holds.push(resolve));
  }
}
