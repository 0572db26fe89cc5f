import type { LogMode } from "../config/settings.ts";
import type { EpochMs, Milliseconds, MonotonicMs, Seconds } from "../time/clock.ts";
import { systemTimers, type Timers } from "../time/timers.ts";
import { jsonLine } from "./json-line.ts";
import { prettyLine } from "./pretty-line.ts";

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

/** No line waits longer. Writing costs many times what a line does, so under load it must happen seldom. */
const MAX_DELAY: Milliseconds = 50;

/**
 * The access log of a process. Lines of a short while are written together: a request never waits for its line, and
 * under load there are few writes.
 */
export function createAccessLog(
  mode: LogMode,
  write: (text: string) => void,
  options: { timers?: Timers } = {},
): AccessLog {
  if (mode === "off") return { record: () => {}, flush: () => {} };
  const lines = new LineBuffer(write, options.timers ?? systemTimers);
  const format = mode === "json" ? jsonLine : prettyLine;
  return { record: (exchange) => lines.add(format(exchange)), flush: () => lines.flush() };
}

/** Holds lines for a short while. */
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
    this.#timers.after(MAX_DELAY, () => {
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
