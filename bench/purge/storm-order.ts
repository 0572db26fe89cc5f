/** What the sender of purges is to do. */
export interface StormOrder {
  /** Of the admin API. */
  readonly port: number;
  readonly token: string;
  /** No two items are the same, nor the same as in an order of another name. */
  readonly name: string;
  readonly items: "tags" | "bans";
  readonly perRequest: number;
  /** Requests per second; `undefined` for as many as are answered. */
  readonly rate?: number | undefined;
  readonly seconds: number;
  readonly connections: number;
}

/** What it has seen. */
export interface StormReport {
  /** How many requests were answered with each status. */
  readonly statuses: Readonly<Record<string, number>>;
  /** How long it took in fact. */
  readonly seconds: number;
  /** Until the answer, in milliseconds, counted from when a request was due. */
  readonly answered: { readonly median: number; readonly p99: number; readonly max: number };
}
