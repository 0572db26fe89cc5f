import { maximumRate } from "../pace/maximum.ts";
import type { PaceOrder } from "../pace/pace-order.ts";
import { ready } from "../support/ports.ts";

const CONNECTIONS = 16;
const WARM_SECONDS = 0.5;
const MAXIMUM_SECONDS = 3;

/** Of what the server can answer at most. */
const RATE_SHARE = 0.25;

/** Waits until a server answers its page. */
export async function pageIsReady(port: number): Promise<void> {
  await ready(`http://127.0.0.1:${port}/page`, async (response) => (await response.bytes()).length > 0);
}

/** What is asked of the generator before and during purges: hits, at a quarter of the most that the server can answer. */
export async function hitsOrder(port: number, seconds: number): Promise<PaceOrder> {
  const rate = await maximumRate(port, MAXIMUM_SECONDS) * RATE_SHARE;
  return { port, connections: CONNECTIONS, rate, seconds, warmSeconds: WARM_SECONDS };
}
