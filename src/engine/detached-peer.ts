import type { FieldLines } from "../http/field-lines.ts";
import type { RequestPeer } from "./cache-request.ts";

/**
 * What a listener knows of a client, as far as it is asked for later: once a response is on its way a listener may
 * forget the fields, and the address of a client that is gone.
 */
export class DetachedPeer implements RequestPeer {
  readonly address: string | undefined;
  readonly rawTarget: string | undefined;
  readonly #received: RequestPeer;
  /** Only for a client that still waits. */
  readonly inform?: (status: number, fields: FieldLines) => void;

  constructor(received: RequestPeer, awaits: boolean) {
    this.address = received.address;
    this.rawTarget = received.rawTarget;
    this.#received = received;
    if (awaits && received.inform) this.inform = (status, fields) => received.inform?.(status, fields);
  }

  get isGone(): boolean | undefined {
    return this.#received.isGone;
  }

  expectDelay(): void {
    this.#received.expectDelay?.();
  }
}
