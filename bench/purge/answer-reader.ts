const HEAD_END = "\r\n\r\n";
const LAST_CHUNK = "0\r\n\r\n";

/** Reads the answers of a keep-alive connection that has one request at a time, for their statuses alone. */
export class AnswerReader {
  #text = "";

  /** Takes what has arrived; the status once the answer is complete. */
  push(text: string): number | undefined {
    this.#text += text;
    const end = this.#text.indexOf(HEAD_END);
    if (end < 0 || !isComplete(this.#text.slice(0, end), this.#text.slice(end + HEAD_END.length))) return undefined;
    const status = Number(this.#text.slice("HTTP/1.1 ".length, "HTTP/1.1 200".length));
    this.#text = "";
    return status;
  }
}

/** Framed by its length, or in chunks (RFC 9112 §6.3). */
function isComplete(head: string, content: string): boolean {
  const length = /^content-length: *(\d+)\r?$/im.exec(head)?.[1];
  return length === undefined ? content.endsWith(LAST_CHUNK) : content.length >= Number(length);
}
