import { setImmediate } from "node:timers";
import type { MemoryStore } from "../../../src/storage/memory-store.ts";
import type { ByteBudget } from "../../../src/storage/byte-budget.ts";
import type { StoredResponse } from "../../../src/storage/response-store.ts";
import type { Arrival } from "../arrivals.ts";
import { type Benchmark, type Job, job } from "../benchmark.ts";
import { expectAnswer, type Lab } from "../lab.ts";
import { ringOf } from "../ring.ts";
import { FEW, hitName, lookupName, STORE_SIZES, type StoreSize } from "../store-names.ts";
import { handling } from "./hits.ts";
import { requestRules } from "./rules.ts";

const KB = 1024;

/** Enough for a million responses and what the budget counts for each. */
const MEMORY_BYTES = 16 * 1024 ** 3;

/** Has no divisor in common with the sizes, so all keys are others, and their places in memory follow no pattern. */
const STRIDE = 618_033;

/** The same work on stores of different sizes. */
export const STORE_SIZE: readonly Benchmark[] = STORE_SIZES.flatMap((size) => [
  { name: hitName(size), withAllocation: false, prepare: (lab) => hits(lab, size) },
  { name: lookupName(size), withAllocation: false, prepare: (lab) => lookups(lab, size) },
]);

async function hits(lab: Lab, { count, askedFor }: StoreSize): Promise<Job> {
  const { engine, arrivals } = await openStore(lab, count);
  return handling(engine, arrivals.slice(0, askedFor));
}

async function lookups(lab: Lab, { count, askedFor }: StoreSize): Promise<Job> {
  const { store, budget, arrivals } = await openStore(lab, count);
  const lookup = await lab.tree.take("engine/lookup.ts", "lookup");
  const normalizeRequest = await lab.tree.take("engine/normalize-request.ts", "normalizeRequest");
  const purges = new (await lab.tree.take("invalidation/purges.ts", "Purges"))();
  const aliases = new (await lab.tree.take("engine/search-aliases.ts", "SearchAliases"))(budget);
  const clock = await lab.tree.take("time/clock.ts", "systemClock");
  const rules = await requestRules(lab);
  const ports = { store, purges, aliases };
  const next = ringOf(
    arrivals.slice(0, askedFor).map(({ request, peer }) => normalizeRequest(request, peer, rules)),
  );
  const now = clock.monotonic();
  const found = lookup(ports, next(), now);
  if (found.outcome !== "hit") throw new Error(`Cannot measure: the lookup gives a ${found.outcome}`);
  return job(() => lookup(ports, next(), now));
}

interface FilledStore {
  readonly engine: Awaited<ReturnType<Lab["engine"]>>;
  readonly store: MemoryStore;
  readonly budget: ByteBudget;
  readonly arrivals: readonly Arrival[];
}

/** The one of the size wanted last: several benchmarks want it, one after the other. */
let opened: { readonly count: number; readonly filled: Promise<FilledStore> } | undefined;

function openStore(lab: Lab, count: number): Promise<FilledStore> {
  if (opened?.count !== count) opened = { count, filled: fillStore(lab, count) };
  return opened.filled;
}

async function fillStore(lab: Lab, count: number): Promise<FilledStore> {
  const Store = await lab.tree.take("storage/memory-store.ts", "MemoryStore");
  let parts: { store: MemoryStore; budget: ByteBudget } | undefined;
  const engine = await lab.engine({ bytes: KB }, {
    memoryBytes: MEMORY_BYTES,
    createStore: (budget) => {
      parts = { store: new Store(budget), budget };
      return parts.store;
    },
  });
  if (parts === undefined) throw new Error("Cannot measure: the engine makes its store itself");
  const first = lab.arrive(target(0));
  await lab.fill(engine, [first]);
  await multiply(lab, parts, { key: first.request.url, count });
  const arrivals = Array.from({ length: FEW }, (_, index) => lab.arrive(target(index * STRIDE % count)));
  for (const arrival of arrivals) await expectAnswer(engine, arrival, { status: 200, says: "hit", bytes: KB });
  if (engine.size !== count) throw new Error(`Cannot measure: ${engine.size} responses are stored`);
  return { engine, ...parts, arrivals };
}

function target(index: number): string {
  return `/articles/${index}/page`;
}

/** Stores a response of the engine's under many keys, each with a body of its own. */
async function multiply(
  lab: Lab,
  { store, budget }: { readonly store: MemoryStore; readonly budget: ByteBudget },
  { key, count }: { readonly key: string; readonly count: number },
): Promise<void> {
  const Body = await lab.tree.take("storage/growing-body.ts", "GrowingBody");
  const InFlight = await lab.tree.take("storage/in-flight-bytes.ts", "InFlightBytes");
  const timers = await lab.tree.take("time/timers.ts", "systemTimers");
  const runtime = await lab.runtime();
  const original: StoredResponse | undefined = store.get(key)?.[0];
  if (original === undefined) throw new Error("Cannot measure: the first response is not stored under its URL");
  const settings = {
    retainLimit: KB,
    window: KB,
    stallLimit: 60_000,
    laggardLimit: 1000,
    fill: { bytesLeft: Infinity, share: 0 },
    budget,
    inFlight: new InFlight(budget, MEMORY_BYTES),
    timers,
    seal: (bytes: Uint8Array<ArrayBuffer>) => bytes,
  };
  for (let index = 1; index < count; index++) {
    const body = Body.complete(runtime.wrapBody(new Uint8Array(KB)), true, settings);
    if (body === undefined) throw new Error("Cannot measure: the budget is too small");
    const uri = key.replace(target(0), target(index));
    store.put({ ...original, key: uri, uri, body, rendering: undefined });
    if (index % 10_000 === 0) await new Promise((resolve) => setImmediate(resolve)); // lets promises of the bodies go
  }
}
