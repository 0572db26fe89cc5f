import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { resolve } from "node:path";
import type { LacquerConfig } from "../../src/config/define-config.ts";
import { inFolder, startLacquer } from "../support/lacquer-process.ts";
import type { SuiteResult } from "./suite-result.ts";

/** What the suite takes for granted and Lacquer does only when told. */
const CONFIG: LacquerConfig = {
  listen: "127.0.0.1:0",
  log: "off",
  targetedControl: ["lacquer-cache-control", "cdn-cache-control", "surrogate-control"],
  setCookie: "strip",
  vary: { byContentLanguage: true },
  freshness: { heuristicErrors: true },
};

/** Several times what a run takes on a busy machine. */
const RUN_LIMIT = 120_000;

/** Runs the suite against a `lacquer serve` of the runtime that calls this. */
export async function runSuite(): Promise<readonly SuiteResult[]> {
  let results: readonly SuiteResult[] = [];
  const driver = startDriver();
  try {
    const config = { ...CONFIG, origins: [await driver.nextLine()] };
    await inFolder({ "lacquer.config.json": JSON.stringify(config) }, async (folder) => {
      results = await runAgainstProxy(driver, folder);
    });
  } finally {
    driver.stop();
  }
  return results;
}

type Driver = ReturnType<typeof startDriver>;

function startDriver() {
  const node = resolve("node_modules/.bin/node");
  const child = spawn(node, [resolve("test/conformance/driver.ts")], {
    stdio: ["pipe", "pipe", "inherit"],
    timeout: RUN_LIMIT,
    killSignal: "SIGKILL",
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  return {
    nextLine: async (): Promise<string> => {
      const line = await lines.next();
      if (line.done === true) throw new Error("Cannot run http-cache-tests: its process ended early");
      return line.value;
    },
    send: (line: string) => void child.stdin.write(`${line}\n`),
    stop: () => void child.kill("SIGKILL"),
  };
}

async function runAgainstProxy(driver: Driver, folder: string): Promise<readonly SuiteResult[]> {
  const lacquer = startLacquer(["serve"], folder, { patience: RUN_LIMIT });
  try {
    const address = /http:\/\/[^\s/]+/.exec(await lacquer.firstLine)?.[0];
    if (address === undefined) throw new Error("Cannot run http-cache-tests: lacquer announced no address");
    driver.send(address);
    return JSON.parse(await driver.nextLine());
  } finally {
    lacquer.signal("SIGKILL");
    await lacquer.ended;
  }
}
