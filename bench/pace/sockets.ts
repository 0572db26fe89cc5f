/**
 * Non-blocking TCP sockets by plain system calls, from Bun. The caller polls them, so that no
 * event loop stands between an arrival and its time.
 */
import { readdirSync } from "node:fs";
import { dlopen, FFIType, ptr } from "bun:ffi";

const AF_INET = 2;
const SOCK_STREAM = 1;
const IPPROTO_TCP = 6;
const TCP_NODELAY = 1;
const MSG_DONTWAIT = 0x40;
const MSG_NOSIGNAL = 0x4000;

const { i32, i64_fast: i64, u64_fast: u64, pointer } = FFIType;
const { symbols: libc } = dlopen("libc.so.6", {
  socket: { args: [i32, i32, i32], returns: i32 },
  connect: { args: [i32, pointer, i32], returns: i32 },
  setsockopt: { args: [i32, i32, i32, pointer, i32], returns: i32 },
  send: { args: [i32, pointer, u64, i32], returns: i64 },
  recv: { args: [i32, pointer, u64, i32], returns: i64 },
  setpriority: { args: [i32, i32, i32], returns: i32 },
  close: { args: [i32], returns: i32 },
});

/** Several connections to one port of 127.0.0.1 that send the same bytes and receive into one buffer. */
export class Sockets {
  readonly received = new Uint8Array(256 * 1024);
  readonly #receivedAt = ptr(this.received);
  readonly #request: Uint8Array;
  readonly #requestAt: ReturnType<typeof ptr>;
  readonly #descriptors: Int32Array;

  constructor(port: number, count: number, request: Uint8Array) {
    this.#request = request;
    this.#requestAt = ptr(request);
    this.#descriptors = Int32Array.from({ length: count }, () => connect(port));
  }

  /** Sends the request. */
  send(connection: number): void {
    const flags = MSG_DONTWAIT | MSG_NOSIGNAL;
    const sent = Number(libc.send(this.#descriptors[connection]!, this.#requestAt, this.#request.length, flags));
    if (sent !== this.#request.length) throw new Error("Cannot send a request: the connection does not take it");
  }

  /** How many bytes have arrived in `received`; zero when none have. */
  receive(connection: number): number {
    const size = this.received.length;
    const count = Number(libc.recv(this.#descriptors[connection]!, this.#receivedAt, size, MSG_DONTWAIT));
    if (count === 0) throw new Error("Cannot read a response: the connection is closed");
    return Math.max(0, count); // a connection that was reset is closed the next time
  }

  close(): void {
    for (const descriptor of this.#descriptors) libc.close(descriptor);
  }
}

function connect(port: number): number {
  const descriptor = libc.socket(AF_INET, SOCK_STREAM, 0);
  const address = new Uint8Array([AF_INET, 0, port >> 8, port & 255, 127, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]);
  if (libc.connect(descriptor, ptr(address), address.length) !== 0) {
    throw new Error(`Cannot connect to port ${port}: it is refused`);
  }
  libc.setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, ptr(new Int32Array([1])), 4);
  return descriptor;
}

/** Lets the other threads of this process, which compile and tidy up, run only when nothing else wants to. */
export function demoteHelpers(): void {
  for (const thread of readdirSync("/proc/self/task")) {
    if (Number(thread) !== process.pid) libc.setpriority(0, Number(thread), 19);
  }
}
