import type { Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CHUNK_BYTES,
  HEADERS_AFTER_MS,
  type NamedBody,
  numberedText,
  pattern,
  PATTERN_BYTES,
  type Plan,
  type PlannedBody,
} from "./plan.ts";

export interface OriginRequest {
  readonly path: string;
  /** Lower-case names. */
  readonly fields: ReadonlyMap<string, string>;
  /** HTTP/1.1, and not the 1.0 that nginx speaks by default. */
  readonly takesChunks: boolean;
  readonly keepsAlive: boolean;
}

export interface AnswerOptions {
  readonly socket: Socket;
  /** Whether it dies at the half of its body. */
  readonly isCut: boolean;
  readonly onFirstByte: () => void;
}

/** Bytes of the whole that are sent. */
interface Span {
  readonly start: number;
  readonly end: number;
  readonly size: number;
}

const PATTERN = pattern(16);
let serial = 0;

/** Answers one request as the plan of its directory says, after the delay that all answers have. */
export async function answer(plan: Plan, request: OriginRequest, options: AnswerOptions): Promise<void> {
  const { socket } = options;
  await sleep(plan.delayMs ?? HEADERS_AFTER_MS);
  if (plan.body.kind === "paced") await sendPaced(plan, plan.body, request, options);
  else if (plan.body.kind === "named") sendNamed(plan, request, options);
  else await sendSized(plan, plan.body, request, options);
  if (!request.keepsAlive) socket.end();
}

function sendNamed(plan: Plan, request: OriginRequest, { socket, onFirstByte }: AnswerOptions): void {
  const named: NamedBody = {
    path: request.path,
    accept: request.fields.get("accept") ?? "",
    cookie: request.fields.get("cookie") ?? "",
    serial: serial++,
  };
  const body = JSON.stringify(named).padEnd(1024);
  socket.write(`${head(plan, request)}Content-Length: ${body.length}\r\n\r\n${body}`);
  onFirstByte();
}

async function sendPaced(
  plan: Plan,
  body: PlannedBody & { kind: "paced" },
  request: OriginRequest,
  { socket, onFirstByte }: AnswerOptions,
): Promise<void> {
  const chunked = request.takesChunks;
  const bytes = numberedText(request.path, body.chunks * CHUNK_BYTES);
  socket.write(`${head(plan, request)}${chunked ? "Transfer-Encoding: chunked\r\n" : ""}\r\n`);
  for (let sent = 0; sent < bytes.length; sent += CHUNK_BYTES) {
    if (sent > 0) await sleep(body.everyMs);
    const chunk = bytes.subarray(sent, sent + CHUNK_BYTES);
    socket.write(chunked ? Buffer.concat([Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, CRLF]) : chunk);
    onFirstByte();
  }
  if (chunked) socket.write("0\r\n\r\n");
}

const CRLF = Buffer.from("\r\n");

async function sendSized(
  plan: Plan,
  body: PlannedBody & { kind: "numbered" | "pattern" },
  request: OriginRequest,
  { socket, isCut, onFirstByte }: AnswerOptions,
): Promise<void> {
  const span = requestedSpan(plan, body.size, request);
  const partial = span.end - span.start < span.size;
  const range = partial ? `Content-Range: bytes ${span.start}-${span.end - 1}/${span.size}\r\n` : "";
  const lines = head(partial ? { ...plan, status: 206 } : plan, request);
  socket.write(`${lines}${range}Content-Length: ${span.end - span.start}\r\n\r\n`);
  onFirstByte();
  if (body.kind === "pattern") return await sendPattern(span, socket);
  const bytes = numberedText(request.path, span.size).subarray(span.start, span.end);
  if (!isCut) return void socket.write(bytes);
  socket.write(bytes.subarray(0, bytes.length / 2));
  // So that everybody has the first half when it dies.
  await sleep(100);
  socket.destroy();
}

async function sendPattern({ start, end }: Span, socket: Socket): Promise<void> {
  for (let position = start; position < end && !socket.destroyed;) {
    const offset = position % PATTERN_BYTES;
    const slice = PATTERN.subarray(offset, Math.min(PATTERN.length, offset + end - position));
    position += slice.length;
    if (!socket.write(slice)) await drained(socket);
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off("drain", done).off("close", done);
      resolve();
    };
    socket.on("drain", done).on("close", done);
  });
}

/** One range from a first byte, if it holds and its condition too (RFC 9110 §13.1.5, §14.2); else the whole. */
function requestedSpan(plan: Plan, size: number, { fields }: OriginRequest): Span {
  const whole = { start: 0, end: size, size };
  const match = /^bytes=(\d+)-(\d*)$/.exec(fields.get("range") ?? "");
  const condition = fields.get("if-range");
  if (match === null || (condition !== undefined && condition !== plan.fields["ETag"])) return whole;
  const start = Number(match[1]);
  const end = match[2] === "" ? size : Math.min(size, Number(match[2]) + 1);
  return start < end ? { start, end, size } : whole;
}

function head({ status = 200, fields }: Plan, { keepsAlive }: OriginRequest): string {
  const lines = Object.entries({ Date: new Date().toUTCString(), ...fields }).map(([name, value]) =>
    `${name}: ${value}`
  );
  if (!keepsAlive) lines.push("Connection: close");
  return `HTTP/1.1 ${status} Planned\r\n${lines.join("\r\n")}\r\n`;
}
