/**
 * A second opinion on sharing, written down plainly and knowing nothing of the engine: who may get which answer of the
 * origin. It is told of every request of a client, every exchange with the origin and every purge in the order in which
 * they happen, and judges what is delivered. It reads fields in its own way, and only those that the model sends.
 */

import type { Milliseconds } from "../../src/time/clock.ts";
import { bodyFault, type ReceivedBody } from "./coalescing-bytes.ts";
import { controlOf, credentialsOf, type Fields, lifetimeOf, listOf, mayNotBeStale } from "./coalescing-fields.ts";

/** A request of a client. */
export interface Asked {
  readonly id: number;
  readonly method: string;
  readonly path: string;
  readonly fields: Fields;
}

/** A request that the origin gets. */
export interface Question {
  /** The client for which it was made. */
  readonly client: number;
  readonly method: string;
  readonly path: string;
  readonly fields: Fields;
}

/** What the origin says at last. */
export interface Answer {
  readonly status: number;
  readonly fields: Fields;
  /** The exchange that brought this representation first: its number is in `x-serial` and in each of its bytes. */
  readonly represents: number;
  /** Length of the whole representation in bytes. */
  readonly size: number;
}

/** What a client is given. */
export interface Delivered {
  readonly status: number;
  readonly header: (name: string) => string | null;
}

export interface ReferenceRules {
  /** Whether the routes are declared the same for everybody. */
  readonly isPublic: boolean;
  readonly shareNoCache: boolean;
  /** Milliseconds. */
  readonly now: () => number;
}

interface Client extends Asked {
  readonly arrived: Point;
}

interface Exchange extends Question {
  readonly serial: number;
  readonly began: Point;
  answer?: Answer;
  ended?: Point;
  /** When everybody had surely heard of its end. */
  heard?: Point;
  /** When its body broke off. */
  broke?: Point;
}

/** A place in the order of all things, and its time. */
interface Point {
  readonly moment: number;
  readonly time: number;
}

interface Purge {
  /** A path or a group. */
  readonly name: string;
  /** What began before this is not true any more. */
  readonly limit: number;
  /** Who comes after this relies on it. */
  readonly acknowledged: number;
}

/** Those right after a failure may be told of it. */
const FAILURE_MEMORY = 1_000;

/** What is said to the origin as the client has said it. */
const SAID_BY_CLIENTS: readonly string[] = ["accept", "cookie", "authorization"];

const TROUBLE: readonly number[] = [500, 502, 503, 504];
const OWN_TEXTS: readonly string[] = ["Bad Gateway\n", "Service Unavailable\n", "Gateway Timeout\n"];

/** A client that takes nothing of its body for so long may be given up. */
const STALL_LIMIT: Milliseconds = 60_000;

/** Knows what happened, and who may get what. */
export class CoalescingReference {
  readonly #rules: ReferenceRules;
  readonly #clients = new Map<number, Client>();
  readonly #exchanges: Exchange[] = [];
  readonly #purges: Purge[] = [];
  /** Paths that have been answered with `stale-if-error`. */
  readonly #standIns = new Set<string>();
  #settled: Point = { moment: 0, time: 0 };
  #moment = 0;

  constructor(rules: ReferenceRules) {
    this.#rules = rules;
  }

  arrived(request: Asked): void {
    this.#clients.set(request.id, { ...request, arrived: this.#point() });
  }

  /** Notes that the origin is asked, and gives the number of the exchange. */
  asked(question: Question): number {
    const serial = this.#exchanges.length;
    this.#exchanges.push({ ...question, serial, began: this.#point() });
    return serial;
  }

  /** What is wrong with a question that was made for a client; `undefined` if nothing. */
  judgeQuestion(serial: number): string | undefined {
    const { client: id, path, method, fields } = this.#exchanges[serial]!;
    const client = this.#clients.get(id);
    if (client === undefined || client.path !== path) return "a question that nobody has asked";
    if (method !== client.method && method !== "GET") return `${method} for a ${client.method}`;
    const other = SAID_BY_CLIENTS.find((name) => fields[name] !== client.fields[name]);
    return other && `its "${other}" is that of somebody else`;
  }

  answered(serial: number, answer: Answer): void {
    const exchange = this.#exchanges[serial]!;
    exchange.answer = answer;
    if (answer.fields["cache-control"]?.includes("stale-if-error")) this.#standIns.add(exchange.path);
    exchange.ended = this.#point();
  }

  /** Notes that an exchange came to nothing. */
  failed(serial: number): void {
    this.#exchanges[serial]!.ended = this.#point();
  }

  /** Notes that everything that could happen by now has happened. */
  settled(): void {
    this.#settled = this.#point();
    for (const exchange of this.#exchanges) if (exchange.ended !== undefined) exchange.heard ??= this.#settled;
  }

  bodyFailed(serial: number): void {
    this.#exchanges[serial]!.broke = this.#point();
  }

  /** Notes that what was known of a path or group is not true any more, and that everybody relies on that. */
  purged(name: string): void {
    const { moment } = this.#point();
    this.#purges.push({ name, limit: moment, acknowledged: moment });
  }

  /** What is wrong with giving this response to this client; `undefined` if nothing. */
  judge(id: number, response: Delivered): string | undefined {
    const client = this.#clients.get(id)!;
    const serial = response.header("x-serial");
    if (serial === null) return this.#judgeOwnText(client, response);
    const brought = this.#exchanges[Number(serial)];
    const told = this.#exchanges[Number(response.header("x-grant") ?? serial)];
    if (brought?.answer === undefined || told?.answer === undefined) return "no such answer of the origin";
    if (told.answer.represents !== brought.serial) return `exchange ${told.serial} never spoke of ${brought.serial}`;
    if (brought.path !== client.path) return "of another resource";
    if (client.method === "POST") this.#acknowledge(told);
    if (told.client === id) return undefined;
    return this.#judgeStatus(client, response, brought.answer) ?? this.#judgeShared(client, told, brought);
  }

  /** What is wrong with a body as a client got it, broken off if it is not `whole`; `undefined` if nothing. */
  judgeBody(id: number, body: ReceivedBody): string | undefined {
    const { response, bytes, whole, unread = 0 } = body;
    const serial = response.header("x-serial");
    if (serial === null) {
      return OWN_TEXTS.includes(new TextDecoder().decode(bytes)) ? undefined : "a text that is nobody's";
    }
    const brought = this.#exchanges[Number(serial)]!;
    if (this.#clients.get(id)!.method === "HEAD" || response.status === 304 || response.status === 416) {
      return bytes.byteLength === 0 ? undefined : "a body where there can be none";
    }
    const causes = this.#exchanges.filter(({ answer }) => answer?.represents === brought.serial);
    const isForgiven = unread >= STALL_LIMIT || causes.some(({ broke }) => broke !== undefined);
    if (!whole && !isForgiven) return "broken off though its origin was not";
    const faults = this.#sameInWords(brought).map((exchange) =>
      bodyFault(exchange.serial, exchange.answer!.size, body)
    );
    return faults.includes(undefined) ? undefined : faults[0];
  }

  /** A body that breaks off before its first byte was sent may be replaced by one of which the origin says the same. */
  #sameInWords(brought: Exchange): readonly Exchange[] {
    if (brought.broke === undefined) return [brought];
    const words = (exchange: Exchange) => JSON.stringify([exchange.client, exchange.path, described(exchange.answer)]);
    const others = this.#exchanges.filter((other) =>
      other !== brought && other.answer?.represents === other.serial && words(other) === words(brought)
    );
    return [brought, ...others];
  }

  #judgeOwnText(client: Client, { status }: Delivered): string | undefined {
    if (status !== 502 && status !== 503 && status !== 504) return `a ${status} that no origin has sent`;
    return this.#wasTrouble(client) ? undefined : `a ${status} though nothing had failed`;
  }

  #wasTrouble({ path, arrived }: Client): boolean {
    return this.#exchanges.some((exchange) =>
      exchange.path === path && exchange.ended !== undefined &&
      (exchange.answer === undefined || TROUBLE.includes(exchange.answer.status)) &&
      (exchange.ended.moment > arrived.moment || this.#heardAt(exchange) >= arrived.time - FAILURE_MEMORY)
    );
  }

  #wasAnyTrouble(client: Client): boolean {
    const hasBroken = ({ path, broke }: Exchange) =>
      path === client.path && broke && broke.moment > client.arrived.moment;
    return this.#wasTrouble(client) || this.#exchanges.some(hasBroken);
  }

  #heardAt({ heard }: Exchange): number {
    return heard?.time ?? this.#rules.now();
  }

  #judgeStatus({ fields }: Client, { status }: Delivered, { fields: { etag }, status: sent }: Answer) {
    if (status === 304) {
      const wanted = fields["if-none-match"];
      return etag !== undefined && wanted === etag ? undefined : "304 to a condition that was not met";
    }
    if (status === 206 || status === 416) return "range" in fields ? undefined : `${status} to no range`;
    return status === wholeStatus(sent) ? undefined : `${status} made of ${sent}`;
  }

  #judgeShared(client: Client, told: Exchange, brought: Exchange): string | undefined {
    const { fields } = told.answer!;
    const control = controlOf(fields);
    if ("no-store" in control) return "no-store for another client";
    if ("private" in control) return "private for another client";
    if ("set-cookie" in fields) return "a cookie for another client";
    if (told.method === "POST") return "the answer to a POST for another client";
    const isForAll = "public" in control || "s-maxage" in control || "must-revalidate" in control;
    if ("authorization" in told.fields && !isForAll) return "the answer to an authorised client for another one";
    if (!this.#isSelected(client, fields["vary"], brought)) return "another variant";
    const purge = this.#purges.find((candidate) => concerns(candidate, client, told));
    if (purge !== undefined) return `begun before the purge of "${purge.name}", on which this client relies`;
    if (wholeStatus(brought.answer!.status) >= 400 && lifetimeOf(control) === undefined) {
      return "an error that may not be kept";
    }
    return this.#judgeAge(client, told, control);
  }

  #isSelected(client: Client, vary: string | undefined, brought: Exchange): boolean {
    const names = listOf(vary);
    return !names.includes("*") &&
      this.#exchanges.some(({ answer, fields }) =>
        answer?.represents === brought.serial && names.every((name) => fields[name] === client.fields[name])
      );
  }

  #judgeAge(client: Client, told: Exchange, control: Fields): string | undefined {
    const now = this.#rules.now();
    const lifetime = lifetimeOf(control);
    const staleIfError = Number(control["stale-if-error"] ?? 0);
    // Nothing that was decided before everything had happened is left, unless a body is waited for.
    const settled = this.mayAwaitBody(client.path) ? 0 : this.#settled.time;
    const decided = Math.max(settled, client.arrived.time, told.ended!.time);
    const age = (decided - told.began.time) / 1000;
    const mustAsk = "no-cache" in control;
    if (lifetime !== undefined && !mustAsk) {
      if (age < lifetime + Number(control["stale-while-revalidate"] ?? 0)) return undefined;
      if (age < lifetime + staleIfError && this.#wasAnyTrouble(client)) return undefined;
    }
    const { moment = Infinity, time = now } = told.heard ?? {};
    const hasWaited = client.arrived.moment < moment && decided <= time;
    if (!hasWaited) return `stale: ${age} s old`;
    const allows = mustAsk ? this.#rules.shareNoCache : lifetime !== undefined && !mayNotBeStale(control);
    if (!allows) return "stale on arrival, and nothing allows its use";
    const isAlike = this.#rules.isPublic || credentialsOf(client.fields) === credentialsOf(told.fields);
    return isAlike ? undefined : "stale on arrival, and made for another visitor";
  }

  /** Whether a body may be received whole before it is sent, for there may be something to send in its place. */
  mayAwaitBody(path: string): boolean {
    return this.#standIns.has(path);
  }

  /** From now on everybody relies on what the answer to a POST has changed. */
  #acknowledge({ path, answer, ended }: Exchange): void {
    if (answer!.status >= 400) return;
    const { moment } = this.#point();
    const names = [path, answer!.fields["location"], answer!.fields["cache-group-invalidation"]];
    for (const name of names) {
      if (name !== undefined) this.#purges.push({ name, limit: ended!.moment, acknowledged: moment });
    }
  }

  #point(): Point {
    return { moment: ++this.#moment, time: this.#rules.now() };
  }
}

function concerns({ name, limit, acknowledged }: Purge, client: Client, { path, began, answer }: Exchange): boolean {
  if (acknowledged > client.arrived.moment || began.moment > limit) return false;
  return name === path || name === answer!.fields["cache-groups"];
}

/** With what status all of it is sent, where a part was asked for first, or what lies outside. */
function wholeStatus(status: number): number {
  return status === 206 || status === 416 ? 200 : status;
}

function described(answer: Answer | undefined): unknown {
  if (answer === undefined) return undefined;
  const { "x-serial": _serial, "x-grant": _grant, "content-length": _length, ...fields } = answer.fields;
  return [answer.status, answer.size, fields];
}
