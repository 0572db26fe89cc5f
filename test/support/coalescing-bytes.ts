import type { Milliseconds } from "../../src/time/clock.ts";
import type { Delivered } from "./coalescing-reference.ts";

/** The bytes that exchange `serial` brings first: each is different from that of any other at the same place. */
export function bytesOf(serial: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let position = 0; position < size; position++) bytes[position] = serial * 37 + position * 11 + 5;
  return bytes;
}

/** What a client has got of a body. */
export interface ReceivedBody {
  readonly response: Delivered;
  readonly bytes: Uint8Array;
  /** False where it has been broken off. */
  readonly whole: boolean;
  /** How long its client has taken nothing of it. */
  readonly unread?: Milliseconds;
}

/** What is wrong with a body as that of exchange `serial`, or the part of it that is told; `undefined` if nothing. */
export function bodyFault(serial: number, size: number, body: ReceivedBody): string | undefined {
  const { status, header } = body.response;
  let expected = bytesOf(serial, size);
  if (status === 206) {
    const range = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header("content-range") ?? "");
    if (range === null || Number(range[3]) !== size) return "a part of something else";
    expected = expected.subarray(Number(range[1]), Number(range[2]) + 1);
  }
  const wrong = body.bytes.findIndex((byte, position) => byte !== expected[position]);
  if (wrong >= 0) return `byte ${wrong} is not that of exchange ${serial}`;
  const isComplete = body.bytes.byteLength === expected.byteLength;
  return isComplete || !body.whole ? undefined : `complete at ${body.bytes.byteLength} of ${expected.byteLength} bytes`;
}
