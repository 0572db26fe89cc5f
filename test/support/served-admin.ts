/** The admin API over an engine that does nothing, on a socket of the runtime that runs the test. */
import { openAdmin } from "../../src/server/admin-service.ts";
import { resolveSettings } from "../../src/config/resolve-settings.ts";
import { FakeEngine, TOKEN } from "./fake-admin.ts";
import { fakeRuntime } from "./fake-runtime.ts";
import { ownListener } from "./own-listener.ts";

/** A listening admin API. */
export interface ServedAdmin {
  readonly engine: FakeEngine;
  readonly port: number;
  readonly url: string;
  /** What was written to standard error. */
  readonly errors: readonly string[];
}

/** Runs `task` with the admin API on a port of its own, and closes it. */
export async function withServedAdmin(task: (admin: ServedAdmin) => Promise<void>): Promise<void> {
  const engine = new FakeEngine();
  const runtime = { ...fakeRuntime(), ...await ownListener() };
  const { admin, limits } = resolveSettings({ admin: "127.0.0.1:0" });
  const parts = {
    engine,
    limits,
    origins: () => [{ url: "http://a", resting: false }],
    token: TOKEN,
    version: "1.2.3",
    isStopping: () => false,
  };
  const listener = await openAdmin(admin!, runtime, parts);
  try {
    await task({ engine, port: listener.port, url: `http://127.0.0.1:${listener.port}`, errors: runtime.errors });
  } finally {
    listener.abort();
  }
}
