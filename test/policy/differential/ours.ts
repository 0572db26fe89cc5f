/** Our rules over an exchange, asked the questions that the oracle answers. */
import { DEFAULT_TARGETED_CONTROL, resolveOptions } from "../../../src/engine/engine-options.ts";
import type { CacheRequest } from "../../../src/engine/cache-request.ts";
import { normalizeRequest } from "../../../src/engine/normalize-request.ts";
import { withDate } from "../../../src/engine/response-head.ts";
import { assess, type Assessment } from "../../../src/engine/store-response.ts";
import type { FieldLine } from "../../../src/http/field-lines.ts";
import { fieldValue } from "../../../src/http/field-lines.ts";
import { currentAge } from "../../../src/policy/age.ts";
import { mayReplaceError, type Reuse, reuse } from "../../../src/policy/reuse.ts";
import { confirms, freshenedFields, validatorFields } from "../../../src/policy/validation.ts";
import { selects } from "../../../src/policy/vary.ts";
import { type Exchange, RECEIVED, requestFields, responseFields, type SpeltRequest } from "./exchange.ts";
import type { OracleView } from "./oracle.ts";

const ENGINE = resolveOptions({
  origin: () => new Response(),
  targetedControl: DEFAULT_TARGETED_CONTROL,
  isTrusted: () => true,
  instance: "differential",
});

const USES: Readonly<Record<Reuse, OracleView["use"]>> = {
  "fresh": "as it is",
  "max-stale": "as it is",
  "stale-while-revalidate": "while it is refreshed",
  "validate": "not without asking",
  "validate-on-request": "not without asking",
  "expired": "not without asking",
};

/** What we make of an exchange. */
export class OurView {
  readonly #exchange: Exchange;
  readonly #request: CacheRequest;
  readonly #again: CacheRequest;
  readonly #assessment: Assessment;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    this.#request = toRequest(exchange.request, exchange.separator);
    this.#again = toRequest(exchange.again, exchange.separator);
    const { response, separator, delay, isExactPart } = exchange;
    this.#assessment = assess(this.#request, {
      status: response.status,
      fields: lines(responseFields(response, separator)),
      receivedAt: 0,
      responseTime: RECEIVED,
      responseDelay: delay,
      knownEnd: true,
      part: response.status === 206 && isExactPart ? { first: 0, last: 9, completeLength: 100 } : undefined,
    }, ENGINE.caching);
  }

  get isStorable(): boolean {
    // The engine does not even try to store what a client does not want stored.
    return this.#assessment.verdict.store && !this.#request.directives.noStore;
  }

  get lifetime(): number {
    const { validateAlways, freshnessLifetime } = this.#assessment.metadata;
    return validateAlways ? 0 : freshnessLifetime;
  }

  get age(): number {
    return currentAge(this.#assessment.metadata, this.#now);
  }

  get isFresh(): boolean {
    return this.lifetime > this.age;
  }

  get timeToLive(): number {
    const { staleWhileRevalidate, staleIfError } = this.#assessment.metadata.windows;
    return Math.max(0, this.lifetime + Math.max(staleWhileRevalidate, staleIfError) - this.age);
  }

  get use(): OracleView["use"] {
    const { metadata } = this.#assessment;
    const isSelected = selects(metadata, this.#again);
    return isSelected ? USES[reuse(metadata, this.#now, this.#again.directives)] : "not without asking";
  }

  get standsIn(): boolean {
    return mayReplaceError(this.#assessment.metadata, this.#now, this.#again.directives);
  }

  get conditions(): OracleView["conditions"] {
    const { metadata } = this.#assessment;
    const fields = selects(metadata, this.#again) ? validatorFields(metadata.fields) : [];
    return {
      ifNoneMatch: fieldValue(fields, "if-none-match"),
      hasIfModifiedSince: fieldValue(fields, "if-modified-since") !== undefined,
    };
  }

  get freshened(): OracleView["freshened"] {
    const { metadata } = this.#assessment;
    const { notModified, separator } = this.#exchange;
    const received = lines(responseFields(notModified, separator));
    if (!confirms(received, metadata)) return undefined;
    const responseTime = RECEIVED + this.#now;
    const fields = freshenedFields(metadata.fields, withDate(received, responseTime));
    const { status } = metadata;
    const head = { status, fields, receivedAt: this.#now, responseTime, responseDelay: 0, knownEnd: true };
    const { metadata: updated } = assess(this.#again, head, ENGINE.caching);
    return {
      lifetime: updated.validateAlways ? 0 : updated.freshnessLifetime,
      age: currentAge(updated, this.#now),
      fields: Object.fromEntries(updated.fields),
    };
  }

  get #now(): number {
    return this.#exchange.elapsed * 1000;
  }
}

function toRequest(request: SpeltRequest, separator: string): CacheRequest {
  const { method } = request;
  const source = new Request("http://cache.test/", { method, headers: requestFields(request, separator) });
  return normalizeRequest(source, { address: "127.0.0.1" }, ENGINE.rules);
}

function lines(fields: Record<string, string>): FieldLine[] {
  return Object.entries(fields);
}
