import type { Runtime } from "../server/runtime.ts";
import { listenDeno } from "./deno-listener.ts";
import { connectOrigin } from "./origin-client.ts";
import { system } from "./system.ts";

/** Deno as the server needs it. */
export const denoRuntime: Runtime = {
  ...system,
  name: "deno",
  version: globalThis.Deno?.version.deno ?? "",
  listen: listenDeno,
  connectOrigin,
  wrapBody: (bytes) => bytes,
  wrapFields: (fields) => fields,
  // Deno reads and checks every field of a new Response, and none of a copy.
  copiesResponses: true,
};
