/** A source of bytes that is read no further than it is pulled, and tells how it was used. */
export class ByteSource {
  readonly stream: ReadableStream<Uint8Array>;
  /** Chunks taken so far. */
  pulled = 0;
  /** What the source was cancelled with, once it was. */
  cancelled: { readonly reason: unknown } | undefined;
  readonly #chunks: Uint8Array[];
  #end: "open" | "closed" | { readonly error: unknown };
  #supplied: (() => void) | undefined;

  /** @param end What follows the last chunk: nothing yet, by default. */
  constructor(chunks: readonly Uint8Array[] = [], end: "open" | "closed" | { readonly error: unknown } = "open") {
    this.#chunks = [...chunks];
    this.#end = end;
    this.stream = new ReadableStream<Uint8Array>({
      pull: (controller) => this.#pull(controller),
      cancel: (reason) => {
        this.cancelled = { reason };
      },
    }, { highWaterMark: 0 });
  }

  push(...chunks: Uint8Array[]): void {
    this.#chunks.push(...chunks);
    this.#supplied?.();
  }

  close(): void {
    this.#end = "closed";
    this.#supplied?.();
  }

  fail(error: unknown): void {
    this.#end = { error };
    this.#supplied?.();
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    while (this.#chunks.length === 0 && this.#end === "open") {
      if (this.cancelled) return;
      await new Promise<void>((resolve) => (this.#supplied = resolve));
    }
    if (this.cancelled) return;
    const chunk = this.#chunks.shift();
    if (chunk) {
      this.pulled++;
      controller.enqueue(chunk);
    } else if (this.#end === "closed") controller.close();
    else if (this.#end !== "open") controller.error(this.#end.error);
  }
}

/** `length` bytes that differ from their neighbours, beginning as if `from` others came before. */
export function someBytes(length: number, from = 0): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => ((from + i) * 31 + ((from + i) >> 8)) % 251);
}

/** The same bytes in chunks of `size`. */
export function chunked(bytes: Uint8Array, size: number): Uint8Array[] {
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.byteLength; at += size) chunks.push(bytes.slice(at, at + size));
  return chunks;
}
