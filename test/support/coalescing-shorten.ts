import { eventsOf, type Run, runModel, type RunOptions } from "./coalescing-model.ts";

/** A seed with so few of its events that without any one of them it would not end in such a fault. */
export async function shorten(seed: number, options: RunOptions = {}): Promise<Run> {
  let events = options.events ?? eventsOf(seed);
  let run = await runModel(seed, { ...options, traces: true });
  const kind = kindOf(run.fault);
  for (let left = events.length - 1; run.fault !== undefined && left >= 0; left--) {
    const fewer = events.filter((_, index) => index !== left);
    const shorter = await runModel(seed, { ...options, events: fewer, traces: true });
    if (kindOf(shorter.fault) !== kind) continue;
    [events, run] = [fewer, shorter];
    left = events.length; // what was needed before may not be any more
  }
  return run;
}

function kindOf(fault: string | undefined): string | undefined {
  return fault?.replaceAll(/\d+/g, "N");
}
