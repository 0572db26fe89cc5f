import { setImmediate } from "node:timers/promises";
import type { CacheEngine } from "../../src/engine/cache-engine.ts";
import { GrowingBody } from "../../src/storage/growing-body.ts";
import type { GrowingBodyOptions } from "../../src/storage/body-settings.ts";
import type { ByteBudget } from "../../src/storage/byte-budget.ts";
import { InFlightBytes } from "../../src/storage/in-flight-bytes.ts";
import { MemoryStore } from "../../src/storage/memory-store.ts";
import type { StoredResponse } from "../../src/storage/response-store.ts";
import type { Timers } from "../../src/time/timers.ts";
import type { RuntimeName } from "../support/lacquer.ts";
import { expectAnswer, Lab } from "../micro/lab.ts";
import { SourceTree } from "../micro/source-tree.ts";

/** The tag of everything that counts. */
export const COMMON_TAG = "everything";

/** The tag of what is there only to be purged before anything counts, and how many have it. */
export const PRACTICE_TAG = "practice";
const PRACTICE_COUNT = 30_000;

/** Each response has one of so many other tags. */
const OTHER_TAGS = 10_000;

/** Size of the body of each. */
const BODY_BYTES = 200;

/** Enough for a million responses and what the budget counts for each. */
const MEMORY_BYTES = 16 * 1024 ** 3;

/** A body of the page that is served meanwhile; it has no tag. */
const PAGE_BYTES = 10 * 1024;

/** How much an engine is filled with. */
export interface Fill {
  readonly stored: number;
  /** Whether there is something to practise with besides. */
  readonly practises?: boolean;
}

/** An engine with many small responses in memory, and what it takes to serve from it. */
export interface FilledEngine {
  readonly engine: CacheEngine;
  readonly lab: Lab;
}

/** Fills an engine, set up as the server sets it up on this runtime. */
export async function filledEngine(
  runtime: RuntimeName,
  { stored, practises = false }: Fill,
  timers: Timers,
): Promise<FilledEngine> {
  const lab = await Lab.open(runtime, new SourceTree("src"));
  const { copiesResponses } = await lab.runtime();
  let parts: StoreParts | undefined;
  const engine = await lab.engine({ bytes: PAGE_BYTES }, {
    memoryBytes: MEMORY_BYTES,
    copyResponses: copiesResponses,
    timers,
    createStore: (budget) => {
      parts = { store: new MemoryStore(budget), budget };
      return parts.store;
    },
  });
  const filling = { engine, parts: parts!, timers };
  await fill(lab, { ...filling, tag: COMMON_TAG, count: stored });
  if (practises) await fill(lab, { ...filling, tag: PRACTICE_TAG, count: PRACTICE_COUNT });
  return { engine, lab };
}

interface StoreParts {
  readonly store: MemoryStore;
  readonly budget: ByteBudget;
}

interface Filling {
  readonly engine: CacheEngine;
  readonly parts: StoreParts;
  readonly timers: Timers;
  /** What all of them have. */
  readonly tag: string;
  readonly count: number;
}

/**
 * Stores copies of a response that the engine itself has stored, which takes seconds where asking for each takes
 * minutes. Nothing of one is shared with another, as nothing is between responses that came from an origin.
 */
async function fill(lab: Lab, { engine, parts: { store, budget }, timers, tag, count }: Filling): Promise<void> {
  const before = engine.size;
  const first = lab.arrive(target(tag, 0));
  await lab.fill(engine, [first]);
  const original = store.get(first.request.url)?.[0];
  if (original === undefined) throw new Error("Cannot measure: the first response is not stored under its URL");
  const runtime = await lab.runtime();
  const settings = bodySettings(budget, timers);
  for (let index = 0; index < count; index++) {
    const body = GrowingBody.complete(runtime.wrapBody(new Uint8Array(BODY_BYTES)), true, settings);
    if (body === undefined) throw new Error("Cannot measure: the budget is too small");
    const uri = original.uri.replace(target(tag, 0), target(tag, index));
    store.put(copyOf(original, { uri, tags: [tag, `topic-${index % OTHER_TAGS}`], body }));
    if (index % 10_000 === 0) await setImmediate(); // lets promises of the bodies go
  }
  await expectAnswer(engine, lab.arrive(target(tag, count - 1)), { status: 200, says: "hit", bytes: BODY_BYTES });
  if (engine.size !== before + count) throw new Error(`Cannot measure: ${engine.size} responses are stored`);
}

/** Path of a response that is filled in. */
function target(tag: string, index: number): string {
  return `/${tag}/${index}/page`;
}

function copyOf(
  original: StoredResponse,
  { uri, tags, body }: { readonly uri: string; readonly tags: readonly string[]; readonly body: GrowingBody },
): StoredResponse {
  const fields = original.fields.map(([name, value]): [string, string] => [name, value]);
  fields.push(["surrogate-key", tags.join(" ")]);
  const { selecting: { names, values }, windows, ...rest } = original;
  return {
    ...rest,
    fields,
    selecting: { names: [...names], values: [...values] },
    windows: { ...windows },
    tags,
    key: uri,
    uri,
    body,
    rendering: undefined,
  };
}

function bodySettings(budget: ByteBudget, timers: Timers): GrowingBodyOptions {
  return {
    retainLimit: PAGE_BYTES,
    window: PAGE_BYTES,
    stallLimit: 60_000,
    laggardLimit: 1000,
    fill: { bytesLeft: Infinity, share: 0 },
    budget,
    inFlight: new InFlightBytes(budget, MEMORY_BYTES),
    timers,
    seal: (bytes) => bytes,
  };
}
