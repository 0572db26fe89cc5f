import type { Buffer } from "node:buffer";
import type { Readable } from "node:stream";
import type { Dispatcher } from "undici/index.js";
import type { BodyFraming, OriginRequest, OriginResponse } from "../origin/origin-client.ts";
import { OriginError, type OriginFailure } from "../origin/origin-error.ts";
import type { OriginOptions } from "../server/runtime.ts";
import type { MonotonicMs } from "../time/clock.ts";
import { OriginBody } from "./origin-body.ts";
import { ReceivedResponse } from "./received-response.ts";
import type { ConnectionError } from "./origin-connector.ts";
import { Deadline } from "./origin-deadline.ts";
import { type ExchangeStage, failureOf, isCallerMistake } from "./origin-failure.ts";
import { fieldLinesOf, requestHeaders, responseFraming } from "./origin-head.ts";
import { Upload } from "./origin-upload.ts";

/** More 1xx responses than this are an attack, not information (RFC 9110 §15.2 sets no limit). */
const MAX_INFORMATIONAL = 32;

/**
 * One request on one connection, from waiting for the connection to the last byte of the body. It ends once: by the
 * last byte, by an error of the connection, or by a decision of ours (`#abort`), whichever comes first; what undici
 * reports after that is about a dead exchange.
 */
export class OriginExchange implements Dispatcher.DispatchHandler {
  /** Settles with the header section of the final response. */
  readonly response: Promise<OriginResponse>;
  readonly #request: OriginRequest;
  readonly #options: OriginOptions;
  readonly #deadline: Deadline;
  readonly #upload: Upload | undefined;
  #resolve!: (response: OriginResponse) => void;
  #reject!: (reason: Error) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #body: OriginBody | undefined;
  #stage: ExchangeStage = "connecting";
  #informational = 0;
  #over = false;
  #lostRace = false;

  constructor(request: OriginRequest, options: OriginOptions, totalAt: MonotonicMs) {
    this.#request = request;
    this.#options = options;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.#deadline = new Deadline(totalAt, (failure) => this.#abort(failure));
    this.#upload = this.#openUpload();
  }

  /** True when the request went out on a kept connection that the origin was just closing (RFC 9112 §9.3.1). */
  get lostRace(): boolean {
    return this.#lostRace;
  }

  /** Puts the request in the queue for a connection. With `fresh` the connection serves this request only. */
  start(dispatcher: Dispatcher, fresh: boolean): void {
    const { method, target, signal } = this.#request;
    if (signal?.aborted) return this.#abort("aborted", signal.reason);
    signal?.addEventListener("abort", this.#onSignal);
    this.#deadline.expect("connect-timeout", this.#options.connectTimeout);
    dispatcher.dispatch({
      method,
      path: target,
      // The name asked for in TLS (SNI) is taken from this Host, and certificates are checked against it.
      headers: requestHeaders(this.#request, this.#options.host ?? this.#request.host),
      // undici takes any async iterable; only its types know of `Readable` alone.
      body: (this.#upload ?? null) as unknown as Readable | null,
      // Its timers are up to a second late; `#deadline` holds all limits.
      headersTimeout: 0,
      bodyTimeout: 0,
      ...(fresh ? { reset: true } : undefined),
    }, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    // Aborting here would cost the connection, which is not to blame. A throw only takes the request off the queue.
    if (this.#over) throw new Error("Cannot start request: the exchange is over");
    this.#controller = controller;
    this.#stage = "waiting";
    this.#awaitHead();
  }

  onRequestSent(): void {
    this.#awaitHead();
  }

  onResponseStarted(): void {
    if (this.#stage === "waiting") this.#stage = "head";
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (this.#over) return;
    if (status >= 100 && status < 200 && status !== 101) return this.#inform(controller, status);
    const fields = fieldLinesOf(controller.rawHeaders);
    const framing = status >= 200 && status <= 599 ? responseFraming(this.#request.method, status, fields) : undefined;
    if (framing === undefined) return this.#abort("malformed-response");
    this.#stage = "body";
    this.#openBody(controller, framing);
    this.#resolve(new ReceivedResponse({ status, fields, framing, origin: this.#options.url }, this.#body));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (!this.#over) this.#body?.push(chunk);
  }

  onResponseEnd(): void {
    if (!this.#finish()) return;
    this.#body?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: ConnectionError): void {
    if (isCallerMistake(error)) {
      this.#fail(new TypeError(`Cannot send request: ${error.message}`, { cause: error }));
      return;
    }
    const failure = failureOf(error, this.#stage);
    const reused = (error.socket?.bytesRead ?? 0) > 0;
    this.#lostRace = failure === "reset" && this.#stage === "waiting" && reused;
    this.#fail(new OriginError(this.#options.url, failure, error));
  }

  readonly #onSignal = (): void => this.#abort("aborted", this.#request.signal?.reason);

  /** Limits the time to the header section, unless that is here already. */
  #awaitHead(): void {
    if (this.#stage !== "body") this.#deadline.expect("first-byte-timeout", this.#options.firstByteTimeout);
  }

  #awaitBytes(): void {
    this.#deadline.expect("between-bytes-timeout", this.#options.betweenBytesTimeout);
  }

  #inform(controller: Dispatcher.DispatchController, status: number): void {
    if (++this.#informational > MAX_INFORMATIONAL) return this.#abort("malformed-response");
    this.#request.onInformational?.(status, fieldLinesOf(controller.rawHeaders));
  }

  #openUpload(): Upload | undefined {
    const { body, bodyLength } = this.#request;
    if (body === null || bodyLength === 0) return undefined;
    return new Upload(body, {
      onStarved: () => this.#stage !== "body" && this.#deadline.suspend(),
      onChunk: () => this.#awaitHead(),
      onFailed: (cause) => this.#abort("request-body", cause),
    });
  }

  #openBody(controller: Dispatcher.DispatchController, framing: BodyFraming): void {
    this.#awaitBytes();
    if (framing === "none") return;
    this.#body = new OriginBody(controller, {
      onPause: () => this.#deadline.suspend(),
      onWanted: () => this.#awaitBytes(),
      onCancel: () => this.#abort("aborted"),
    });
  }

  /** Ends the exchange and its connection by our own decision. */
  #abort(failure: OriginFailure, cause?: unknown): void {
    const error = new OriginError(this.#options.url, failure, cause);
    if (this.#fail(error)) this.#controller?.abort(error);
  }

  #fail(error: Error): boolean {
    if (!this.#finish()) return false;
    this.#body?.fail(error);
    this.#reject(error);
    return true;
  }

  /** Lets go of everything the exchange held. False when it was over already. */
  #finish(): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#deadline.stop();
    this.#request.signal?.removeEventListener("abort", this.#onSignal);
    this.#upload?.stop();
    return true;
  }
}
