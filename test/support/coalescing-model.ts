/**
 * One run of the model check: an engine, an origin and clients that do what a seed says, in virtual time. Between
 * two events everything in the engine is promises, so that nothing waits for a timer.
 */
import { CacheEngine } from "../../src/engine/cache-engine.ts";
import type { CoalescingStats } from "../../src/engine/coalescing-counters.ts";
import type { ByteBudget } from "../../src/storage/byte-budget.ts";
import { MemoryStore } from "../../src/storage/memory-store.ts";
import { type Handle, ModelClient, type Trace } from "./coalescing-client.ts";
import { Draw } from "./coalescing-draw.ts";
import type { Fields } from "./coalescing-fields.ts";
import { CoalescingOrigin, type OriginExchange } from "./coalescing-origin.ts";
import { type Asked, CoalescingReference } from "./coalescing-reference.ts";
import { ALL_PATHS, MAX_OBJECT_BYTES, type Settings, settingsOf } from "./coalescing-settings.ts";
import { ManualClock } from "./manual-clock.ts";

/** What a run came to. */
export interface Run {
  /** The first thing that was wrong; `undefined` if nothing was. */
  readonly fault: string | undefined;
  /** What happened, where that was asked for. */
  readonly trace: readonly string[];
  /** What the engine has counted. */
  readonly counted: CoalescingStats;
}

export interface RunOptions {
  /** Numbers of the events that happen: all that the seed says by default. */
  readonly events?: readonly number[];
  readonly traces?: boolean;
  /** Puts something between the clients and the engine. */
  readonly tamper?: (handle: Handle) => Handle;
}

const RANGES = ["bytes=0-", "bytes=0-9", "bytes=10-19", "bytes=-5", "bytes=30-"];
const SPANS = [100, 1_000, 1_000, 2_500, 5_000, 6_000, 130_000];

const WEIGHTS = { arrive: 34, answer: 22, body: 14, read: 5, leave: 6, purge: 4, post: 3, time: 12 };

const MAX_ROUNDS = 400;
const FAR = 200_000;

/** How many events a seed has. */
export function eventsOf(seed: number): readonly number[] {
  return Array.from({ length: 15 + new Draw(seed).below(21) }, (_, event) => event);
}

/** Runs one seed to its end. */
export async function runModel(seed: number, options: RunOptions = {}): Promise<Run> {
  const { events = eventsOf(seed) } = options;
  const model = new Model(seed, options);
  try {
    for (const event of events) {
      if (model.fault !== undefined) break;
      await model.step(new Draw(seed * 1009 + event));
    }
    if (model.fault === undefined) await model.finish(new Draw(seed * 1009 + 1000));
  } catch (error) {
    model.note(`the run itself fails: ${error instanceof Error ? error.stack : error}`);
  }
  return { fault: model.fault, trace: model.lines, counted: model.counted };
}

class Model {
  readonly lines: string[] = [];
  fault: string | undefined;
  readonly #clock = new ManualClock();
  readonly #reference: CoalescingReference;
  readonly #origin: CoalescingOrigin;
  readonly #engine: CacheEngine;
  readonly #handle: Handle;
  readonly #trace: Trace;
  readonly #clients: ModelClient[] = [];
  readonly #settings: Settings;
  /** Exchanges that the engine has told of, once they were over. */
  #records = 0;
  #budget!: ByteBudget;
  #store!: MemoryStore;

  constructor(seed: number, { traces = false, tamper = (handle) => handle }: RunOptions) {
    const settings = this.#settings = settingsOf(seed);
    const { coalescing, memoryBytes, kinds, failures } = settings;
    const trace = this.#trace = (line) => traces && void this.lines.push(line());
    trace(() => JSON.stringify({ ...settings, kinds: [...kinds] }));
    const isPublic = coalescing.routes.some((route) => route.public);
    const now = () => this.#clock.monotonic();
    const reference = this.#reference = new CoalescingReference({ ...coalescing, isPublic, now });
    const fault = (text: string) => this.note(text);
    this.#origin = new CoalescingOrigin({ reference, trace, kinds, failures, fault });
    this.#engine = new CacheEngine({
      origin: this.#origin,
      clock: this.#clock,
      timers: this.#clock,
      coalescing,
      memoryBytes,
      maxObjectBytes: MAX_OBJECT_BYTES,
      onExchange: () => this.#records++,
      createStore: (budget) => {
        this.#budget = budget;
        return this.#store = new MemoryStore(budget);
      },
    });
    this.#handle = tamper((request) => this.#engine.handle(request));
  }

  get counted(): CoalescingStats {
    return this.#engine.coalescing;
  }

  note(fault: string): void {
    this.#trace(() => `FAULT: ${fault}`);
    this.fault ??= fault;
  }

  /** One event, and as much of what follows from it as the seed allows before the next. */
  async step(draw: Draw): Promise<void> {
    this.#happen(draw);
    const pace = draw.below(4);
    if (pace === 0) return;
    if (pace === 1) return await steps(1 + draw.below(12));
    await settled();
    this.#checkNow();
  }

  /** The origin answers everything, everybody reads to the end, time goes on, and nothing may be left. */
  async finish(draw: Draw): Promise<void> {
    this.#trace(() => "the end");
    for (let round = 0; round < 3 && this.fault === undefined; round++) {
      await this.#runDry(draw);
      this.#clock.advance(FAR);
    }
    await this.#runDry(draw);
    if (this.fault === undefined) this.#checkEnd();
  }

  #happen(draw: Draw): void {
    switch (draw.weighted(WEIGHTS)) {
      case "arrive": {
        for (let left = draw.chance(30) ? 1 + draw.below(this.#settings.burst) : 1; left > 0; left--) {
          this.#arrive("GET", draw);
        }
        return;
      }
      case "post":
        return this.#arrive("POST", draw);
      case "answer":
        return this.#move("asked", draw);
      case "body":
        return this.#move("body", draw);
      case "read":
        return draw.pick(this.#clients.filter(({ isOver }) => !isOver))?.read();
      case "leave":
        return this.#leave(draw.pick(this.#clients.filter(({ isOver, hasLeft }) => !isOver && !hasLeft)));
      case "purge":
        return this.#purge(draw.pick(this.#settings.paths)!);
      case "time": {
        const span = draw.pick(SPANS)!;
        this.#trace(() => `${span} ms go by`);
        return this.#clock.advance(span);
      }
    }
  }

  #arrive(method: string, draw: Draw): void {
    const last = this.#clients.at(-1)?.asked;
    const isAlike = last?.method === method && draw.chance(35); // those who come together mostly want the same
    const asked = isAlike ? { ...last, id: this.#clients.length } : this.#ask(method, draw);
    const client = new ModelClient(asked, draw.chance(35), {
      reference: this.#reference,
      handle: this.#handle,
      trace: this.#trace,
      fault: (text) => this.note(text),
      now: () => this.#clock.monotonic(),
    });
    this.#trace(() => `client ${asked.id} asks ${asked.method} ${asked.path} ${JSON.stringify(asked.fields)}`);
    this.#clients.push(client);
    void client.go(draw.chance(80));
  }

  #ask(method: string, draw: Draw): Asked {
    const { paths, accepts, credentials } = this.#settings;
    const path = draw.chance(60) ? paths[0]! : draw.pick(paths)!;
    const isHead = method === "GET" && draw.chance(8);
    const tag = draw.chance(10) ? this.#origin.tagOf(path, draw) : undefined;
    const fields: Fields = {
      accept: draw.pick(accepts)!,
      ...draw.pick(credentials),
      ...(method === "GET" && !isHead && draw.chance(12) && { range: draw.pick(RANGES)! }),
      ...(method === "GET" && tag !== undefined && { "if-none-match": tag }),
    };
    return { id: this.#clients.length, method: isHead ? "HEAD" : method, path, fields };
  }

  #move(state: OriginExchange["state"], draw: Draw): void {
    const exchange = draw.pick(this.#origin.open.filter((open) => open.state === state));
    if (exchange !== undefined) this.#moveOn(exchange, draw);
  }

  #moveOn(exchange: OriginExchange, draw: Draw): void {
    if (exchange.state === "asked") this.#origin.answer(exchange, draw);
    else if (exchange.state === "body") this.#origin.goOn(exchange, draw);
  }

  #leave(client: ModelClient | undefined): void {
    if (client === undefined) return;
    this.#trace(() => `client ${client.asked.id} leaves`);
    client.leave();
  }

  #purge(path: string): void {
    this.#trace(() => `purge of ${path}`);
    this.#engine.invalidate(`http://example.org${path}`);
    this.#reference.purged(path);
  }

  async #runDry(draw: Draw): Promise<void> {
    for (let round = 0; round < MAX_ROUNDS && this.fault === undefined; round++) {
      await settled();
      this.#checkNow();
      const { open } = this.#origin;
      const waiting = this.#clients.filter(({ isOver }) => !isOver);
      if (open.length === 0 && waiting.length === 0) return;
      for (const client of waiting) client.read();
      for (const exchange of open) if (draw.chance(60)) this.#moveOn(exchange, draw);
    }
  }

  /** Nobody waits for what will never come. */
  #checkNow(): void {
    this.#reference.settled();
    const lost = this.#lost();
    if (lost !== undefined) this.note(lost);
  }

  #lost(): string | undefined {
    const { open } = this.#origin;
    const waiting = this.#clients.filter(({ isAnswered }) => !isAnswered);
    const lost = waiting.find(({ asked, hasLeft }) =>
      !hasLeft && !open.some((exchange) => this.#mayHelp(exchange, asked))
    );
    if (lost !== undefined) return `lost waiter: client ${lost.asked.id} waits, and the origin is asked nothing for it`;
    if (this.#engine.fetching > open.length) return `leaked flight: ${this.#engine.fetching} of ${open.length}`;
    const { waitersNow } = this.#engine.coalescing;
    return waitersNow > waiting.length ? `leaked waiter: ${waitersNow} of ${waiting.length}` : undefined;
  }

  #mayHelp({ client, method, path, state }: OriginExchange, asked: Asked): boolean {
    if (path !== asked.path || (state === "body" && !this.#reference.mayAwaitBody(path))) return false;
    return client === asked.id || method === "GET"; // for others, nobody asks anything else
  }

  #checkEnd(): void {
    const { coalescing, fetching } = this.#engine;
    const { waitersNow, flightsNow, bytesInFlight, bytesRemembered } = coalescing;
    const unanswered = this.#clients.filter(({ isAnswered }) => !isAnswered).map(({ asked }) => asked.id);
    const unfinished = this.#clients.filter(({ isOver }) => !isOver).map(({ asked }) => asked.id);
    this.#expect("clients without an answer", unanswered.join(), "");
    this.#expect("clients whose body has no end", unfinished.join(), "");
    this.#expect("records of exchanges", this.#records, this.#clients.length);
    this.#expect("waits counted", coalescing.waits.reduce((sum, count) => sum + count), coalescing.waiters);
    this.#expect("fetching", fetching, 0);
    this.#expect("waitersNow", waitersNow, 0);
    this.#expect("flightsNow", flightsNow, 0);
    this.#expect("bytesInFlight", bytesInFlight, 0);
    this.#expect("timers left", this.#clock.waiting, 0);
    const used = this.#budget.used - bytesRemembered;
    if (used > this.#store.bytes) this.note(`memory taken by nothing: ${used} of ${this.#store.bytes}`);
    for (const path of ALL_PATHS) this.#engine.invalidate(`http://example.org${path}`);
    this.#expect("memory taken by nothing", this.#budget.used - this.#engine.coalescing.bytesRemembered, 0);
    this.#expect("responses stored", this.#engine.size, 0);
  }

  #expect(what: string, found: unknown, wanted: unknown): void {
    if (found !== wanted) this.note(`${what}: ${found} instead of ${wanted}`);
  }
}

/** A few steps of what is under way. */
async function steps(length: number): Promise<void> {
  for (let left = length; left > 0; left--) await undefined;
}

/** All that can happen now: promises go first, and this costs less than counting them. */
async function settled(): Promise<void> {
  await new Promise((resolve) => void setImmediate(resolve));
}
