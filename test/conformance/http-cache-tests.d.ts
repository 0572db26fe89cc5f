// What is used here of the suite and of its client. They come without types.

declare module "http-cache-tests/client/runner.mjs" {
  import type { SuiteGroup } from "http-cache-tests/tests/index.mjs";
  type Fetch = typeof import("node-fetch").default;

  export function runTests(
    groups: readonly SuiteGroup[],
    fetch: Fetch,
    usesBrowserCache: boolean,
    baseUrl: string,
    chunkSize: number,
  ): Promise<void>;

  /** By id. */
  export function getResults(): Record<string, true | [string, string]>;
}

declare module "http-cache-tests/server/handle-config.mjs" {
  import type { IncomingMessage, ServerResponse } from "node:http";
  export default function handleConfig(segments: string[], request: IncomingMessage, response: ServerResponse): void;
}

declare module "http-cache-tests/server/handle-state.mjs" {
  export { default } from "http-cache-tests/server/handle-config.mjs";
}

declare module "http-cache-tests/server/handle-test.mjs" {
  export { default } from "http-cache-tests/server/handle-config.mjs";
}

declare module "http-cache-tests/tests/index.mjs" {
  export interface SuiteTest {
    readonly id: string;
    readonly name: string;
    readonly kind?: "required" | "optimal" | "check";
    readonly depends_on?: readonly string[];
    readonly browser_only?: boolean;
  }

  export interface SuiteGroup {
    readonly name: string;
    readonly tests: readonly SuiteTest[];
  }

  const groups: readonly SuiteGroup[];
  export default groups;
}

declare module "http-cache-tests/tests/surrogate-control.mjs" {
  import type { SuiteGroup } from "http-cache-tests/tests/index.mjs";
  const group: SuiteGroup;
  export default group;
}

declare module "node-fetch" {
  const fetch: (url: string, init?: object) => Promise<unknown>;
  export default fetch;
}
