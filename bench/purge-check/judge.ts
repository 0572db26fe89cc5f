/**
 * Decides whether what a reader got was purged before it asked. All events come from one process, in the order in which
 * they happened there, so an acknowledgement that is known when a request starts was given before it.
 */

/** When and by what a version was made the oldest that may still be seen. */
export interface Acknowledgement {
  readonly version: number;
  readonly at: number;
  /** What was purged, in words. */
  readonly by: string;
}

/** A request that is under way. */
export interface Reading {
  readonly key: number;
  readonly startedAt: number;
  /** The newest acknowledgement before it started. */
  readonly floor: Acknowledgement | undefined;
}

/** What a reader got. */
export interface Seen {
  readonly version: number;
  readonly at: number;
  /** How it asked and what it was told, in words. */
  readonly how: string;
}

export interface HistoryEvent {
  readonly at: number;
  readonly text: string;
  /** The version, where one was seen. Of several in a row that saw the same, only the last is kept. */
  readonly seen?: number;
}

/** A reader got what was purged before it asked. */
export interface Violation {
  readonly reading: Reading;
  readonly seen: Seen;
  /** The last events of the key, oldest first. */
  readonly history: readonly HistoryEvent[];
}

/** So many events of each key are kept. */
const HISTORY_LENGTH = 20;

/** Takes in events as they happen, and keeps of each key only the newest acknowledgement and some history. */
export class Judge {
  readonly #floors = new Map<number, Acknowledgement>();
  readonly #histories = new Map<number, HistoryEvent[]>();

  /** From now on nothing older than `version` may be seen. */
  acknowledge(key: number, acknowledgement: Acknowledgement): void {
    const { version, at, by } = acknowledgement;
    this.note(key, at, `version ${version} acknowledged: ${by}`);
    // A purge that took long may be acknowledged after one of a later version.
    if (version > (this.#floors.get(key)?.version ?? 0)) this.#floors.set(key, acknowledgement);
  }

  /** A request starts. */
  start(key: number, at: number): Reading {
    return { key, startedAt: at, floor: this.#floors.get(key) };
  }

  /** A request was answered. */
  see(reading: Reading, seen: Seen): Violation | undefined {
    const history = this.#historyOf(reading.key);
    if (history.at(-1)?.seen === seen.version) history.pop();
    const text = `version ${seen.version} seen, asked for at ${ms(reading.startedAt)}: ${seen.how}`;
    this.#keep(history, { at: seen.at, text, seen: seen.version });
    if (reading.floor === undefined || seen.version >= reading.floor.version) return undefined;
    return { reading, seen, history: [...history] };
  }

  /** Keeps what may explain a violation. */
  note(key: number, at: number, text: string): void {
    this.#keep(this.#historyOf(key), { at, text });
  }

  #keep(history: HistoryEvent[], event: HistoryEvent): void {
    history.push(event);
    if (history.length > HISTORY_LENGTH) history.shift();
  }

  #historyOf(key: number): HistoryEvent[] {
    const history = this.#histories.get(key) ?? [];
    this.#histories.set(key, history);
    return history;
  }
}

/** The violation in words, with all that is needed to look for its cause. */
export function describeViolation({ reading, seen, history }: Violation, seed: number): string {
  const { key, startedAt, floor } = reading;
  return [
    `Violation: seed ${seed}, key ${key}: version ${seen.version} was seen at ${ms(seen.at)} (${seen.how}),`,
    `  by a request that started at ${ms(startedAt)}; version ${floor?.version} was acknowledged at ${ms(floor?.at)}`,
    `  by ${floor?.by}. The last events of this key:`,
    ...history.map(({ at, text }) => `    ${ms(at).padStart(12)}  ${text}`),
  ].join("\n");
}

function ms(at: number | undefined): string {
  return at === undefined ? "-" : `${at.toFixed(2)} ms`;
}
