/**
 * Complete bodies put together from others. A `Blob` shares the bytes of those it is made of; byte arrays are copied.
 */
import type { SealedBody } from "./growing-body.ts";

/** Bytes `from` up to, and not including, `to`; shared with `body`, not copied. */
export function sliceSealed(body: SealedBody, from: number, to: number): SealedBody {
  return body instanceof Blob ? body.slice(from, to) : body.subarray(from, to);
}

/** Several bodies one behind the other. */
export function joinSealed(bodies: readonly SealedBody[]): SealedBody {
  if (bodies.length === 1) return bodies[0]!;
  if (bodies.some((body) => body instanceof Blob)) return new Blob([...bodies]);
  return joinBytes(bodies as readonly Uint8Array<ArrayBuffer>[]);
}

/** A copy of several byte arrays, one behind the other. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.byteLength, 0));
  let end = 0;
  for (const piece of pieces) {
    joined.set(piece, end);
    end += piece.byteLength;
  }
  return joined;
}

/** Number of bytes. */
export function sizeOf(body: SealedBody): number {
  return body instanceof Blob ? body.size : body.byteLength;
}

/** A stream that gives a body in one piece. */
export function streamOf(body: SealedBody): ReadableStream<Uint8Array> {
  if (body instanceof Blob) return body.stream();
  return new ReadableStream({
    start(controller) {
      if (body.byteLength > 0) controller.enqueue(body);
      controller.close();
    },
  });
}

/** Streams one behind the other, each read only when those before it have ended. Given up together. */
export function joinStreams(streams: readonly ReadableStream<Uint8Array>[]): ReadableStream<Uint8Array> {
  const readers = streams.map((stream) => stream.getReader());
  const leaveOthers = (error: unknown): never => {
    for (const reader of readers) reader.cancel(error).catch(() => {}); // one of them has failed, and says so again
    throw error;
  };
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      for (let reader = readers[0]; reader !== undefined; reader = readers[0]) {
        const { done, value } = await reader.read().catch(leaveOthers);
        if (!done) return controller.enqueue(value);
        readers.shift();
      }
      controller.close();
    },
    async cancel(reason) {
      await Promise.all(readers.map((reader) => reader.cancel(reason)));
    },
  }, { highWaterMark: 0 });
}
