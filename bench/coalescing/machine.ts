import { describeMachine as describe } from "../support/machine.ts";
import { HEADERS_AFTER_MS } from "./plan.ts";

const COMMANDS = ["nginx", "varnishd", "bun", "deno", "node"];

/** Machine, versions and origin, in one line each. */
export async function describeMachine(): Promise<readonly string[]> {
  const lines = await describe("every proxy on the first core", COMMANDS);
  return [...lines, `The origin answers header fields after ${HEADERS_AFTER_MS} ms`];
}
