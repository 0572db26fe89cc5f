/**
 * Cache hits per second of nginx `proxy_cache` and of Lacquer on each runtime, side by side on one core: 10 KB, 64
 * keep-alive connections, wrk on the other core, interleaved rounds, medians and ratios.
 *
 * Run it with `npm run bench:hit`. It needs nginx, wrk and taskset (Debian: `apt-get install nginx wrk util-linux`).
 */
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { RUNTIME_NAMES, RUNTIME_TITLES, startLacquer } from "./support/lacquer.ts";
import { median } from "./support/median.ts";
import { startNginx } from "./support/nginx.ts";
import { freePort, ready } from "./support/ports.ts";
import { Workplace } from "./support/workplace.ts";

const ROUNDS = 5;
const SECONDS = 4;
const run = promisify(execFile);

interface Contender {
  readonly name: string;
  readonly url: string;
  readonly rates: number[];
}

const workplace = await Workplace.open();
const origin = createServer((_request, response) => {
  response.setHeader("Cache-Control", "max-age=3600");
  response.setHeader("Content-Type", "text/plain");
  response.end(Buffer.alloc(10 * 1024, "x"));
});
await new Promise<void>((resolve) => origin.listen(0, "127.0.0.1", resolve));
const originUrl = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;

try {
  const contenders = await startAll();
  for (let round = 0; round < ROUNDS; round++) {
    for (const contender of contenders) contender.rates.push(await measure(contender));
  }
  report(contenders);
} finally {
  await workplace.close();
  origin.close();
}

async function startAll(): Promise<Contender[]> {
  const nginx = await freePort();
  await startNginx(workplace, { port: nginx, originUrl, directives: "proxy_cache_valid 200 1h;" });
  const contenders = [await contender("nginx proxy_cache", nginx)];
  for (const runtime of RUNTIME_NAMES) {
    const port = await freePort();
    startLacquer(workplace, runtime, { port, originUrl });
    contenders.push(await contender(`lacquer on ${RUNTIME_TITLES[runtime]}`, port));
  }
  return contenders;
}

async function contender(name: string, port: number): Promise<Contender> {
  const url = `http://127.0.0.1:${port}`;
  await ready(`${url}/page`, async (response) => response.ok && (await response.text()).length === 10 * 1024);
  return { name, url, rates: [] };
}

/** Requests per second, after wrk has seen that all of them were answered with 200. */
async function measure({ name, url }: Contender): Promise<number> {
  const { stdout } = await run("taskset", ["-c", "1", "wrk", "-t1", "-c64", `-d${SECONDS}s`, `${url}/page`]);
  if (stdout.includes("Non-2xx")) throw new Error(`Cannot measure "${name}": some answers were errors`);
  return Number(/Requests\/sec:\s+([0-9.]+)/.exec(stdout)?.[1]);
}

function report(contenders: readonly Contender[]): void {
  const base = median(contenders[0]?.rates ?? []);
  for (const { name, rates } of contenders) {
    const rate = median(rates);
    const ratio = (rate / base).toFixed(2);
    process.stdout.write(`${name.padEnd(18)} ${rate.toFixed(0).padStart(8)} hits/s   ${ratio} × nginx\n`);
  }
}
