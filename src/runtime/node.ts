import process from "node:process";
import type { Runtime } from "../server/runtime.ts";
import { listenNode } from "./node-listener.ts";
import { connectOrigin } from "./origin-client.ts";
import { system } from "./system.ts";

/** Node as the server needs it. */
export const nodeRuntime: Runtime = {
  ...system,
  name: "node",
  version: process.versions.node,
  listen: listenNode,
  connectOrigin,
  wrapBody: (bytes) => bytes,
  wrapFields: (fields) => fields,
  copiesResponses: false,
};
