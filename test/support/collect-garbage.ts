import process from "node:process";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Collects garbage now, on any of the three runtimes. */
export async function collectGarbage(): Promise<void> {
  // What a WeakRef has shown in this turn is kept until the next.
  await new Promise((resolve) => setTimeout(resolve));
  if (process.versions["bun"] !== undefined) {
    const { Bun } = globalThis as unknown as { Bun: { gc(force: boolean): void } };
    return Bun.gc(true);
  }
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}
