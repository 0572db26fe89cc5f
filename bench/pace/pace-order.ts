/** What the generator is to do. */
export interface PaceOrder {
  readonly port: number;
  readonly connections: number;
  /** Requests per second. */
  readonly rate: number;
  /** Seconds that count, after those that do not. */
  readonly seconds: number;
  readonly warmSeconds: number;
}

/** Times in microseconds. */
export interface Spread {
  readonly median: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/** What it has seen; the fields are those of `Drive`. */
export interface PaceReport {
  readonly latency: Spread;
  readonly lateness: Spread;
  readonly turn: Spread;
  /** Share of the requests that found all connections busy. */
  readonly queued: number;
}
