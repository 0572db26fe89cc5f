import type { Runtime } from "../../src/server/runtime.ts";

/** The listener of the runtime that runs the test; the others cannot even be loaded everywhere. */
export async function ownListener(): Promise<Pick<Runtime, "name" | "listen">> {
  if ("Bun" in globalThis) {
    return { name: "bun", listen: (await import("../../src/runtime/bun-listener.ts")).listenBun };
  }
  if ("Deno" in globalThis) {
    return { name: "deno", listen: (await import("../../src/runtime/deno-listener.ts")).listenDeno };
  }
  return { name: "node", listen: (await import("../../src/runtime/node-listener.ts")).listenNode };
}
