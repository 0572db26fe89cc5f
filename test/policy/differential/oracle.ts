/** npm `http-cache-semantics` as a shared cache, with a clock of ours. */
import CachePolicy from "http-cache-semantics";
import { type Exchange, RECEIVED, requestFields, responseFields } from "./exchange.ts";

let now = RECEIVED;

class Oracle extends CachePolicy {
  override now(): number {
    return now;
  }
}

/** What the oracle makes of an exchange. */
export class OracleView {
  readonly #exchange: Exchange;
  readonly #policy: CachePolicy;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    now = RECEIVED;
    const { request, response, separator } = exchange;
    const received = { status: response.status, headers: responseFields(response, separator) };
    const asked = { method: request.method, headers: requestFields(request, separator) };
    this.#policy = new Oracle(asked, received, { shared: true });
  }

  get isStorable(): boolean {
    return this.#policy.storable();
  }

  get lifetime(): number {
    return this.#policy.maxAge();
  }

  /** At the second request. */
  get age(): number {
    return this.#later().age();
  }

  get isFresh(): boolean {
    return this.lifetime > this.age;
  }

  /** Seconds from the second request on in which it is good for anything. */
  get timeToLive(): number {
    return this.#later().timeToLive() / 1000;
  }

  get use(): "as it is" | "while it is refreshed" | "not without asking" {
    const policy = this.#later();
    const { response, revalidation } = policy.evaluateRequest(this.#again());
    if (policy.satisfiesWithoutRevalidation(this.#again()) !== (revalidation === undefined)) {
      throw new Error("Cannot follow the oracle: it contradicts itself");
    }
    if (response === undefined) return "not without asking";
    return revalidation === undefined ? "as it is" : "while it is refreshed";
  }

  /** Whether it stands in when the origin answers 503. */
  get standsIn(): boolean {
    const policy = this.#later();
    return policy.revalidatedPolicy(this.#again(), { status: 503, headers: {} }).policy === policy;
  }

  get conditions(): { readonly ifNoneMatch: string | undefined; readonly hasIfModifiedSince: boolean } {
    const fields = this.#later().revalidationHeaders(this.#again());
    return { ifNoneMatch: fields["if-none-match"], hasIfModifiedSince: fields["if-modified-since"] !== undefined };
  }

  /** What the 304 makes of it; `undefined` when it is not about this response. */
  get freshened():
    | { readonly lifetime: number; readonly age: number; readonly fields: Record<string, string> }
    | undefined {
    const { notModified, separator } = this.#exchange;
    const response = { status: 304, headers: responseFields(notModified, separator) };
    const { policy, matches } = this.#later().revalidatedPolicy(this.#again(), response);
    if (!matches) return undefined;
    return { lifetime: policy.maxAge(), age: policy.age(), fields: policy.responseHeaders() };
  }

  #later(): CachePolicy {
    now = RECEIVED + this.#exchange.elapsed * 1000;
    return this.#policy;
  }

  #again() {
    const { again, separator } = this.#exchange;
    return { method: again.method, headers: requestFields(again, separator) };
  }
}
