import { configureSync, getLogger, type LogRecord } from "@logtape/logtape";
import type { LogMode } from "../config/settings.ts";
import type { EpochMs, Milliseconds, MonotonicMs, Seconds } from "../time/clock.ts";
import { systemTimers, type Timers } from "../time/timers.ts";
import { maskSecrets } from "./mask-secrets.ts";

/** What the access log reads of an exchange. Header fields are not among it, so their secrets cannot be either. */
export interface AccessRecord {
  readonly method: string;
  /** As the client sent it; the log masks the secrets in it. */
  readonly url: string;
  readonly status: number;
  readonly startedAt: MonotonicMs;
  readonly wallTime: EpochMs;
  /** From the request being taken up to the last byte sent. */
  readonly duration: Milliseconds;
  readonly outcome: "hit" | "stale" | "miss" | "pass" | "rejected";
  readonly forwardReason?: string | undefined;
  readonly collapsed: boolean;
  /** How long it waited for fetches of other requests. */
  readonly waited?: Milliseconds;
  readonly stored: boolean;
  /** Remaining freshness lifetime; negative when stale. */
  readonly ttl?: Seconds | undefined;
  readonly bytesSent: number;
  /** Whether the client got the whole response. */
  readonly complete: boolean;
  readonly origin?: string | undefined;
  readonly originStatus?: number | undefined;
  /** Empty when it is not known. */
  readonly clientAddress: string;
  /** Value of `Cache-Status`. */
  readonly cacheStatus: string;
  /** What was decided on the way of a miss, in order. */
  readonly decisions?: readonly { readonly rule: string; readonly result: string; readonly source?: string }[];
}

/** Writes one line per request. */
export interface AccessLog {
  record(exchange: AccessRecord): void;
  /** Writes the lines still held; for the end of the process. */
  flush(): void;
}

/** Lines are handed over early once this many characters wait. */
const MAX_HELD_LENGTH = 64 * 1024;

/**
 * The access log of this process, at the LogTape category `["lacquer", "access"]`; a second call takes over from the
 * first. Lines of one turn of the event loop are written together, so a request never waits for its line.
 */
export function createAccessLog(
  mode: LogMode,
  write: (text: string) => void,
  options: { timers?: Timers } = {},
): AccessLog {
  if (mode === "off") return { record: () => {}, flush: () => {} };
  const lines = new LineBuffer(write, options.timers ?? systemTimers);
  const format = mode === "json" ? jsonLine : prettyLine;
  configureSync({
    reset: true,
    sinks: { access: (record: LogRecord) => lines.add(format(record.properties)) },
    loggers: [
      { category: CATEGORY, sinks: ["access"], lowestLevel: "info" },
      { category: ["logtape", "meta"], lowestLevel: "error" },
    ],
  });
  return { record: emit, flush: () => lines.flush() };
}

const CATEGORY = ["lacquer", "access"];

function emit(exchange: AccessRecord): void {
  getLogger(CATEGORY).emit({
    level: "info",
    timestamp: exchange.wallTime,
    message: ["request"],
    rawMessage: "request",
    properties: logProperties(exchange),
  });
}

/** The properties every sink gets, in the order of a JSON line: masked, and without those that have no value. */
function logProperties(exchange: AccessRecord): Record<string, unknown> {
  const properties: Record<string, unknown> = {
    time: new Date(exchange.wallTime).toISOString(),
    client: exchange.clientAddress,
    method: exchange.method,
    url: maskSecrets(exchange.url),
    status: exchange.status,
    outcome: exchange.outcome,
    collapsed: exchange.collapsed,
    stored: exchange.stored,
    durationMs: Math.round(exchange.duration * 1000) / 1000,
    bytesSent: exchange.bytesSent,
    complete: exchange.complete,
    cacheStatus: maskSecrets(exchange.cacheStatus),
  };
  if (exchange.waited) properties.waitedMs = Math.round(exchange.waited * 1000) / 1000;
  if (exchange.forwardReason !== undefined) properties.forwardReason = exchange.forwardReason;
  if (exchange.ttl !== undefined) properties.ttl = Math.floor(exchange.ttl);
  if (exchange.origin !== undefined) properties.origin = exchange.origin;
  if (exchange.originStatus !== undefined) properties.originStatus = exchange.originStatus;
  if (exchange.decisions?.length) properties.decisions = exchange.decisions;
  return properties;
}

function jsonLine(properties: Record<string, unknown>): string {
  return `${JSON.stringify(properties)}\n`;
}

/** For eyes: time, request, status, what happened, how long, how much; oddities at the end. */
function prettyLine(properties: Record<string, unknown>): string {
  const { time, method, url, status, outcome, forwardReason, durationMs, bytesSent, client } = properties;
  const reason = forwardReason === undefined ? "" : `(${forwardReason})`;
  const parts = [String(time).slice(11, 23), method, url, status, `${outcome}${reason}`];
  parts.push(`${Number(durationMs).toFixed(1)}ms`, `${bytesSent}B`, client === "" ? "-" : client);
  if (properties.collapsed === true) parts.push("collapsed");
  if (properties.stored === true) parts.push("stored");
  if (properties.ttl !== undefined) parts.push(`ttl=${properties.ttl}`);
  if (properties.origin !== undefined) parts.push(`origin=${properties.origin}`);
  if (properties.originStatus !== undefined) parts.push(`origin-status=${properties.originStatus}`);
  if (properties.complete !== true) parts.push("incomplete");
  // A line stays a line, and a terminal is sent no commands, whatever a URL holds.
  return `${parts.join(" ").replace(/\p{Cc}/gu, "?")}\n`;
}

/** Holds lines until the event loop turns. */
class LineBuffer {
  readonly #write: (text: string) => void;
  readonly #timers: Timers;
  #held = "";
  #isScheduled = false;

  constructor(write: (text: string) => void, timers: Timers) {
    this.#write = write;
    this.#timers = timers;
  }

  add(line: string): void {
    this.#held += line;
    if (this.#held.length >= MAX_HELD_LENGTH) return this.flush();
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    this.#timers.after(0, () => {
      this.#isScheduled = false;
      this.flush();
    });
  }

  flush(): void {
    if (this.#held === "") return;
    const text = this.#held;
    this.#held = "";
    this.#write(text);
  }
}
