import { do_not_optimize, measure } from "mitata";
import type { RuntimeName } from "../support/lacquer.ts";
import type { Job } from "./benchmark.ts";
import { callsPerSample } from "./calls-per-sample.ts";

/** How long one benchmark takes. */
export interface Effort {
  /** Until the compilers of a runtime have done what they can. */
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface Timing {
  readonly medianNs: number;
  readonly p99Ns: number;
}

/** Always several calls in a row, however long one takes. */
const ALWAYS = 1e12;

/** Calls between two looks at the heap, and how often that is done. */
const ALLOCATION_CALLS = 512;
const ALLOCATION_SAMPLES = 12;

/** How long a call takes, from many samples of a few calls each. */
export async function timeOf(job: Job, effort: Effort): Promise<Timing> {
  const calls = callsPerSample(await warmUp(job, effort.warmUpMs));
  const stats = await measure(measurable(job), {
    batch_samples: calls,
    batch_threshold: ALWAYS,
    warmup_threshold: ALWAYS,
    min_cpu_time: effort.measureMs * 1e6,
  });
  return { medianNs: stats.p50, p99Ns: stats.p99 };
}

/** Bytes that a call allocates: on Bun in the process as a whole, elsewhere on the heap of JavaScript. */
export async function allocationOf(job: Job, runtime: RuntimeName): Promise<number | undefined> {
  await warmUp(job, 20);
  const { heap } = await measure(measurable(job), {
    heap: await heapMeter(runtime),
    gc: false,
    batch_samples: ALLOCATION_CALLS,
    batch_threshold: ALWAYS,
    warmup_threshold: ALWAYS,
    min_samples: ALLOCATION_SAMPLES,
    min_cpu_time: 0,
  });
  return Number.isFinite(heap?.avg) ? heap!.avg : undefined;
}

async function heapMeter(runtime: RuntimeName): Promise<() => number> {
  if (runtime === "bun") {
    const { memoryUsage } = await import("bun:jsc");
    return () => memoryUsage().current;
  }
  const { getHeapStatistics } = await import("node:v8");
  return () => getHeapStatistics().used_heap_size;
}

/** Calls for a while. Gives nanoseconds per call. */
async function warmUp({ call, input }: Job, ms: number): Promise<number> {
  const start = performance.now();
  let calls = 0;
  let spent = 0;
  for (let now = start; now - start < ms; calls++) {
    let given = input?.();
    if (given instanceof Promise) given = await given;
    const begin = performance.now();
    const result = call(given);
    if (result instanceof Promise) await result;
    now = performance.now();
    spent += now - begin;
  }
  return spent * 1e6 / calls;
}

/** A job in the form that mitata takes. */
function measurable({ call, input }: Job): () => unknown {
  const kept = (given: unknown) => {
    const result = call(given);
    do_not_optimize(result); // a compiler leaves out what nobody looks at
    return result;
  };
  if (input === undefined) return () => kept(undefined);
  return function* () {
    yield { 0: input, bench: (given: unknown) => kept(given) };
  };
}
