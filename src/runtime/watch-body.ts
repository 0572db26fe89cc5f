/**
 * `request` with `onChunk` called for the length of each piece of its body as it is read. What `onChunk` throws is what
 * the reader of the body gets.
 */
export function watchBody(request: Request, onChunk: (bytes: number) => void): Request {
  if (request.body === null) return request;
  const watch = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      onChunk(chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
  // Fetch asks for `duplex` with every streamed body; TypeScript's DOM types do not know it.
  const init: RequestInit & { duplex: "half" } = { body: request.body.pipeThrough(watch), duplex: "half" };
  return new Request(request, init);
}
