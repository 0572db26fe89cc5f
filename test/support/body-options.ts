import { ByteBudget } from "../../src/storage/byte-budget.ts";
import type { GrowingBodyOptions } from "../../src/storage/body-settings.ts";
import { InFlightBytes } from "../../src/storage/in-flight-bytes.ts";
import { ManualClock } from "./manual-clock.ts";

/** Settings of growing bodies, on one budget and on a clock turned by hand, with others where a test says so. */
export function bodyOptions(given: Partial<GrowingBodyOptions> = {}): GrowingBodyOptions {
  const budget = given.budget ?? new ByteBudget(10_000_000);
  const clock = new ManualClock();
  return {
    retainLimit: 1_000_000,
    window: 1_000,
    stallLimit: 60_000,
    laggardLimit: 1_000,
    fill: { bytesLeft: Infinity, share: 0 },
    budget,
    inFlight: new InFlightBytes(budget, budget.limit),
    clock,
    timers: clock,
    seal: (bytes) => bytes,
    ...given,
  };
}
