import type { Exchange } from "./exchange.ts";

/** One way in which the oracle and we are known to differ. */
export interface KnownDifference {
  readonly name: string;
  /** Why it is right to differ, and where that stands. */
  readonly reason: string;
  /**
   * The exchange put so that the oracle has to give our answer: what it cannot read as it can, what it does not know in
   * words that it does. An exchange that is not concerned is returned as it is.
   */
  rewrite(exchange: Exchange): Exchange;
}
