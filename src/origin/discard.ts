/** Stops a response whose body nobody will read. */
export function discard(response: { readonly body: ReadableStream<Uint8Array> | null }): void {
  // Refused where somebody reads it already; a body that is unwanted may fail as it likes.
  response.body?.cancel().catch(() => {});
}
