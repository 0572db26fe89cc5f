import type { OriginClient } from "../../src/origin/origin-client.ts";
import {
  type Listener,
  type ListenOptions,
  type OpenedPurgeLog,
  type RequestHandler,
  type Runtime,
  StateError,
} from "../../src/server/runtime.ts";

/** What `exit()` of a fake runtime throws, since it must not return. */
export class Exited extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`exited with ${code}`);
    this.code = code;
  }
}

/** A listener that a fake runtime opened. */
export interface FakeListener extends Listener {
  readonly options: ListenOptions;
  readonly handler: RequestHandler;
  /** Lets `drain()` resolve. */
  finish(): void;
  readonly state: { isDraining: boolean; isAborted: boolean };
}

/** A runtime without sockets and processes, which keeps what it was told. */
export interface FakeRuntime extends Runtime {
  readonly out: string[];
  readonly errors: string[];
  readonly listeners: FakeListener[];
  /** What SIGTERM does. */
  signal(): void;
}

export interface FakeRuntimeOptions {
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  /** What opening a listener on a port other than 0 throws. */
  readonly listenError?: Error;
  /** What every state directory holds. */
  readonly purges?: OpenedPurgeLog;
}

export function fakeRuntime(args: readonly string[] = [], options: FakeRuntimeOptions = {}): FakeRuntime {
  const out: string[] = [];
  const errors: string[] = [];
  const listeners: FakeListener[] = [];
  const stops: (() => void)[] = [];
  return {
    name: "node",
    version: "0.0.0",
    args,
    out,
    errors,
    listeners,
    signal: () => stops.forEach((stop) => stop()),
    listen(listenOptions, handler) {
      if (options.listenError !== undefined && listenOptions.port !== 0) return Promise.reject(options.listenError);
      const listener = fakeListener(listenOptions, handler, 50_000 + listeners.length);
      listeners.push(listener);
      return Promise.resolve(listener);
    },
    connectOrigin: (): OriginClient => {
      throw new Error("Cannot connect: a fake runtime has no network");
    },
    wrapBody: (bytes) => bytes,
    wrapFields: (fields) => fields,
    copiesResponses: false,
    env: (name) => options.env?.[name],
    readTextFile: (path) => Promise.resolve(options.files?.[path]),
    importFile: () => Promise.resolve({}),
    openPurgeLog: (directory) => {
      if (options.purges === undefined) return Promise.reject(new StateError(directory, "a fake runtime has no disk"));
      return Promise.resolve(options.purges);
    },
    onStopSignal: (stop) => void stops.push(stop),
    writeOut: (text) => void out.push(text),
    writeError: (text) => void errors.push(text),
    exit: (code) => {
      throw new Exited(code);
    },
  };
}

function fakeListener(options: ListenOptions, handler: RequestHandler, freePort: number): FakeListener {
  const drained = Promise.withResolvers<void>();
  const state = { isDraining: false, isAborted: false };
  return {
    options,
    handler,
    state,
    hostname: options.hostname,
    port: options.port === 0 ? freePort : options.port,
    finish: drained.resolve,
    drain: () => {
      state.isDraining = true;
      return drained.promise;
    },
    abort: () => {
      state.isAborted = true;
    },
  };
}
