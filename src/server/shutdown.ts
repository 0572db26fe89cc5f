import type { Milliseconds } from "../time/clock.ts";
import type { Timers } from "../time/timers.ts";
import type { Listener } from "./runtime.ts";

/** What is stopped. */
export interface Stoppable {
  readonly listener: Listener;
  /** Called once the last response has been sent. */
  close(): Promise<void>;
}

/**
 * Lets the responses under way finish and closes what they needed. What is still open after `limit` is cut off.
 *
 * @returns Whether everything had finished by then.
 */
export async function shutDown(service: Stoppable, limit: Milliseconds, timers: Timers): Promise<boolean> {
  const expired = Promise.withResolvers<false>();
  const cancel = timers.after(limit, () => expired.resolve(false));
  const isDrained = await Promise.race([drain(service), expired.promise]);
  cancel();
  if (!isDrained) service.listener.abort();
  return isDrained;
}

async function drain(service: Stoppable): Promise<true> {
  await service.listener.drain();
  await service.close();
  return true;
}
