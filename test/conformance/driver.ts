// Runs the suite against a proxy. Always on Node, as a process of its own, so that one client measures every runtime.
// The first line on standard output is the address of the origin; a line with the address of the proxy on standard
// input starts the run; the second line on standard output is the results as JSON.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { createInterface } from "node:readline";
import { getResults, runTests } from "http-cache-tests/client/runner.mjs";
import handleConfig from "http-cache-tests/server/handle-config.mjs";
import handleState from "http-cache-tests/server/handle-state.mjs";
import handleTest from "http-cache-tests/server/handle-test.mjs";
import groups, { type SuiteGroup } from "http-cache-tests/tests/index.mjs";
import surrogateControl from "http-cache-tests/tests/surrogate-control.mjs";
import fetch from "node-fetch";
import type { SuiteResult } from "./suite-result.ts";

/** More than there are tests: they pause for three seconds each, so all of them run at once. */
const CHUNK_SIZE = 1000;

/**
 * A test begins only while there are fewer requests under way. When all begin at once, a busy machine takes over a
 * second for the first answers, which `Age` then rightly counts and the suite does not expect.
 */
const BUSY = 6;

const HANDLERS = new Map([["config", handleConfig], ["state", handleState], ["test", handleTest]]);
const suite = [...groups, surrogateControl];
const waiting: (() => void)[] = [];
let underWay = 0;

// The suite logs there, among them what it expects to happen.
console.log = () => {};
const server = createServer(answer).listen(0, "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}\n`);
});
createInterface(process.stdin).once("line", async (proxy) => {
  await runTests(suite, pacedFetch, false, proxy, CHUNK_SIZE);
  process.stdout.write(`${JSON.stringify(suite.flatMap(resultsOf))}\n`, () => process.exit(0));
});

/** What the server of the suite does, which also serves files and listens on every address. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const [handler = "", ...segments] = new URL(request.url ?? "/", "http://origin").pathname.split("/").slice(1);
  const handle = HANDLERS.get(handler);
  if (handle !== undefined) handle(segments, request, response);
  else response.writeHead(404).end();
}

/** Holds tests back at their first request, which tells the origin what to answer. */
async function pacedFetch(...[url, init]: Parameters<typeof fetch>): ReturnType<typeof fetch> {
  if (url.includes("/config/") && underWay >= BUSY) await new Promise<void>((resolve) => waiting.push(resolve));
  underWay++;
  try {
    return await fetch(url, init);
  } finally {
    underWay--;
    if (underWay < BUSY) waiting.shift()?.();
  }
}

function resultsOf(group: SuiteGroup): SuiteResult[] {
  const outcomes = getResults();
  return group.tests.filter((test) => test.browser_only !== true).map((test) => ({
    group: group.name,
    id: test.id,
    name: test.name,
    kind: test.kind ?? "required",
    dependsOn: test.depends_on ?? [],
    outcome: outcomes[test.id] ?? ["Missing", "the suite has no result"],
  }));
}
