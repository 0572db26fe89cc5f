/** A whole response to send over a socket, with a body of `size` bytes. */
export function answerBytes(size: number): Uint8Array<ArrayBuffer> {
  const head = `HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: ${size}\r\n\r\n`;
  return new TextEncoder().encode(head + "x".repeat(size));
}
