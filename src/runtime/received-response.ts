import type { FieldLines } from "../http/field-lines.ts";
import type { BodyFraming, OriginResponse } from "../origin/origin-client.ts";
import type { OriginBody } from "./origin-body.ts";

/** A response of an origin server; its body becomes a stream only if somebody wants one. */
export class ReceivedResponse implements OriginResponse {
  readonly status: number;
  readonly fields: FieldLines;
  readonly framing: BodyFraming;
  readonly origin: string;
  readonly #body: OriginBody | undefined;

  constructor(head: Omit<OriginResponse, "body" | "whole">, body: OriginBody | undefined) {
    this.status = head.status;
    this.fields = head.fields;
    this.framing = head.framing;
    this.origin = head.origin;
    this.#body = body;
  }

  get body(): ReadableStream<Uint8Array> | null {
    return this.#body?.stream ?? null;
  }

  get whole(): Uint8Array<ArrayBuffer> | undefined {
    return this.#body?.whole;
  }
}
