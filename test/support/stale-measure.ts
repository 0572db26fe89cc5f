/** Runs the cases of docs/stale.md on the real engine. Each has an engine, an origin and a clock of its own. */
import type { OriginRequest, OriginResponse } from "../../src/origin/origin-client.ts";
import { OriginError, type OriginFailure } from "../../src/origin/origin-error.ts";
import type { EngineOptions } from "../../src/engine/engine-options.ts";
import { barrier, openResponse, originResponse, type Script, settled, startProxy } from "./scripted-proxy.ts";
import {
  cacheControlOf,
  KEEP_WINDOW,
  LIFETIME,
  type Moment,
  MOMENTS,
  ORIGIN_STATES,
  type OriginState,
  type Reachability,
  REQUEST_WISHES,
  type RequestWish,
  STALE_CASES,
  type StaleCase,
  STORED_STATES,
  type StoredState,
  type Use,
} from "./stale-cases.ts";

/** What became of a request. */
export interface Measured {
  readonly use: Use;
  /** Whether the client was answered only after the origin had been. */
  readonly waited: boolean;
  /** Body of a later answer, of an origin that is well again and confirms what it is asked about. */
  readonly next: string;
}

/** Everything that docs/stale.md shows. */
export interface StaleTruth {
  /** By moment, then by what the origin does. */
  readonly cases: ReadonlyMap<StaleCase, readonly (readonly Measured[])[]>;
  /** By what is stored, of a trusted client. */
  readonly wishes: ReadonlyMap<RequestWish, Readonly<Record<Reachability, readonly Measured[]>>>;
}

export async function measureStaleUse(): Promise<StaleTruth> {
  const cases = new Map<StaleCase, Measured[][]>();
  for (const stored of STALE_CASES) cases.set(stored, await measureCase(stored));
  const wishes = new Map<RequestWish, Record<Reachability, Measured[]>>();
  for (const wish of REQUEST_WISHES) wishes.set(wish, await measureWish(wish, { isTrusted: true }));
  return { cases, wishes };
}

function measureCase(stored: StaleCase): Promise<Measured[][]> {
  return Promise.all(
    MOMENTS.map((moment) => Promise.all(ORIGIN_STATES.map((origin) => measureCell(stored, moment, origin)))),
  );
}

function measureCell(stored: StaleCase, { age }: Moment, origin: OriginState): Promise<Measured> {
  const options = { freshness: { ...stored.windows.configured, keep: KEEP_WINDOW } };
  return measure({ options, cacheControl: cacheControlOf(stored), age, answer: BEHAVIOURS[origin], wish: "" });
}

/** What becomes of a request with wishes, whatever is stored. */
export async function measureWish(
  wish: RequestWish,
  { isTrusted }: { readonly isTrusted: boolean },
): Promise<Record<Reachability, Measured[]>> {
  const measureAll = (answer: Script) =>
    Promise.all(
      STORED_STATES.map(({ cacheControl, age }: StoredState) =>
        measure({ options: { isTrusted: () => isTrusted }, cacheControl, age, answer, wish })
      ),
    );
  return { up: await measureAll(confirm), down: await measureAll(BEHAVIOURS["refused"]) };
}

interface Trial {
  readonly options: Partial<EngineOptions>;
  /** Of what is stored; `undefined` when nothing is. */
  readonly cacheControl: string | undefined;
  readonly age: number;
  readonly answer: Script;
  readonly wish: string;
}

async function measure({ options, cacheControl, age, answer, wish }: Trial): Promise<Measured> {
  const proxy = startProxy(options);
  let script: Script = () => originResponse("stored", { "cache-control": cacheControl ?? "", etag: '"1"' });
  proxy.origin.respond((request) => script(request));
  if (cacheControl !== undefined) await proxy.getText("/page");
  proxy.clock.advance(age * 1000);
  const gate = barrier();
  script = async (request) => {
    await gate.passed;
    return answer(request);
  };
  const asked = proxy.origin.requests.length;
  let isAnswered = false;
  const pending = proxy.get("/page", wish === "" ? {} : { headers: { "cache-control": wish } });
  void pending.then(() => isAnswered = true);
  await settled();
  const waited = !isAnswered;
  // An origin that is slow is slow by the clock, and the others take no time.
  if (answer === BEHAVIOURS["200, slow"]) proxy.clock.advance(SLOWNESS_MS);
  gate.open();
  const response = await pending;
  const body = await response.text().catch(() => undefined);
  await settled();
  const wasAsked = proxy.origin.requests.length > asked;
  const use = useOf({ response, body, waited, wasAsked });
  script = confirm;
  return { use, waited, next: await proxy.getText("/page") };
}

const SLOWNESS_MS = 3000;

interface Outcome {
  readonly response: Response;
  /** `undefined` when it broke off. */
  readonly body: string | undefined;
  readonly waited: boolean;
  readonly wasAsked: boolean;
}

/** The word for what a client saw and the origin was asked. */
function useOf({ response, body, waited, wasAsked }: Outcome): Use {
  const account = response.headers.get("cache-status") ?? "";
  if (body === undefined) return "cut";
  if (body === "new") return "new";
  if (body === "stored" && !waited) return wasAsked ? "stale+refresh" : "hit";
  if (body === "stored" && account.includes("fwd-status=304")) return "confirmed";
  if (body === "stored" && account.includes("detail=stale-if-error")) return "stale-if-error";
  if (body === "of the origin") return "passed";
  if (response.status === 502) return "502";
  if (response.status === 504) return "504";
  throw new Error(`Cannot name the outcome: ${response.status} "${body}", ${account}`);
}

const BEHAVIOURS: Readonly<Record<OriginState, Script>> = {
  "200": replace,
  "200, slow": (request) => replace(request),
  "304": confirm,
  "404": fault(404),
  "500": fault(500),
  "502": fault(502),
  "503": fault(503),
  "504": fault(504),
  "refused": fail("connect"),
  "reset": fail("reset"),
  "no first byte": fail("first-byte-timeout"),
  "cut short": cut,
};

function replace(_request: OriginRequest): OriginResponse {
  return originResponse("new", { "cache-control": `max-age=${LIFETIME}`, etag: '"2"' });
}

/** What it is asked about has not changed; who asks about nothing gets it all. */
function confirm(request: OriginRequest): OriginResponse {
  const isConditional = request.fields.some(([name]) => name === "if-none-match");
  return isConditional ? originResponse("", { etag: '"1"' }, 304) : replace(request);
}

function fault(status: number): Script {
  return () => originResponse("of the origin", {}, status);
}

function fail(failure: OriginFailure): Script {
  return () => {
    throw new OriginError("scripted", failure);
  };
}

/** Less than was announced. */
function cut(): OriginResponse {
  const { response, send, fail } = openResponse({ "content-length": "100", "cache-control": "max-age=60" }, "length");
  send("half of it");
  fail();
  return response;
}
