import type { Milliseconds } from "../../src/time/clock.ts";
import type { ReceivedBody } from "./coalescing-bytes.ts";
import type { Asked, CoalescingReference } from "./coalescing-reference.ts";

export type Handle = (request: Request) => Response | Promise<Response>;

/** Notes what happens, in words that are made only if somebody wants them. */
export type Trace = (line: () => string) => void;

export interface ClientPorts {
  readonly reference: CoalescingReference;
  readonly handle: Handle;
  readonly trace: Trace;
  readonly fault: (text: string) => void;
  readonly now: () => Milliseconds;
}

/** A client of the model: has everything judged that it is given. */
export class ModelClient {
  readonly asked: Asked;
  readonly #ports: ClientPorts;
  readonly #controller: AbortController | undefined;
  #response: Response | undefined;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #isReading = false;
  #answeredAt: Milliseconds = 0;
  /** Whether it has been given a response. */
  isAnswered = false;
  /** Whether it has gone. */
  hasLeft = false;
  /** Whether its response has come to an end. */
  isOver = false;

  /** @param canAbort Whether its request can end before it is answered. */
  constructor(asked: Asked, canAbort: boolean, ports: ClientPorts) {
    this.asked = asked;
    this.#controller = canAbort ? new AbortController() : undefined;
    this.#ports = ports;
  }

  /** Sends its request. @param reads Whether it reads what it is given at once. */
  async go(reads: boolean): Promise<void> {
    const { id, method, path, fields } = this.asked;
    const { reference, handle, trace, fault } = this.#ports;
    reference.arrived(this.asked);
    const headers = { ...fields, "x-client": String(id) };
    try {
      const signal = this.#controller?.signal ?? null;
      const request = new Request(`http://example.org${path}`, { method, headers, signal });
      const response = this.#response = await handle(request);
      this.isAnswered = true;
      this.#answeredAt = this.#ports.now();
      trace(() => `  client ${id} gets ${response.status} of #${response.headers.get("x-serial")}`);
      if (this.hasLeft) return this.#close();
      const wrong = reference.judge(id, this.#delivered(response));
      if (wrong !== undefined) fault(`client ${id} gets ${response.status}: ${wrong}`);
      if (response.body === null) this.#judgeBody(response, { bytes: new Uint8Array(), whole: true });
      else this.#reader = response.body.getReader();
      if (reads) this.read();
    } catch (error) {
      fault(`client ${id} fails: ${error}`);
    }
  }

  /** Reads to the end, if it does not do so already. */
  read(): void {
    if (this.#isReading || this.isOver || this.#reader === undefined) return;
    this.#isReading = true;
    this.#readAll(this.#reader, this.#response!).catch((error) => this.#ports.fault(String(error)));
  }

  /** Ends its request, or only stops to read its response. */
  leave(): void {
    this.hasLeft = true;
    this.#controller?.abort();
    if (this.#response !== undefined) this.#close();
  }

  #close(): void {
    this.isOver = true;
    const cancelled = this.#reader === undefined ? this.#response?.body?.cancel() : this.#reader.cancel();
    cancelled?.catch(() => {}); // it may have been broken off before
  }

  async #readAll(reader: ReadableStreamDefaultReader<Uint8Array>, response: Response): Promise<void> {
    const unread = this.#ports.now() - this.#answeredAt;
    const chunks: Uint8Array[] = [];
    let whole = false;
    try {
      for (let read = await reader.read(); !read.done; read = await reader.read()) chunks.push(read.value);
      whole = true;
    } catch {
      // the reference says whether it may be broken off
    }
    if (!this.hasLeft) this.#judgeBody(response, { bytes: joined(chunks), whole, unread });
  }

  #judgeBody(response: Response, body: Omit<ReceivedBody, "response">): void {
    const { id } = this.asked;
    const { bytes: { byteLength }, whole } = body;
    const { reference, trace, fault } = this.#ports;
    this.isOver = true;
    trace(() => `  client ${id} has ${byteLength} bytes, ${whole ? "complete" : "broken off"}`);
    const wrong = reference.judgeBody(id, { response: this.#delivered(response), ...body });
    if (wrong !== undefined) fault(`client ${id} reads ${byteLength} bytes: ${wrong}`);
  }

  #delivered({ status, headers }: Response) {
    return { status, header: (name: string) => headers.get(name) };
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((size, { byteLength }) => size + byteLength, 0));
  let position = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, position);
    position += chunk.byteLength;
  }
  return bytes;
}
