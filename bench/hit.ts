/**
 * Cache hits per second of nginx `proxy_cache` and of Lacquer on each runtime, side by side on one core: 10 KB, 64
 * keep-alive connections, wrk on the other core, interleaved rounds, medians and ratios.
 *
 * Run it with `npm run bench:hit`. It needs nginx, wrk and taskset (Debian: `apt-get install nginx wrk util-linux`).
 */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const DENO_RUN = ["run", "--cached-only", "--allow-net", "--allow-env", "--allow-read"];
const ROUNDS = 5;
const SECONDS = 4;
const run = promisify(execFile);

interface Contender {
  readonly name: string;
  readonly url: string;
  readonly rates: number[];
}

const folder = await mkdtemp(join(tmpdir(), "lacquer-bench-"));
await chmod(folder, 0o755); // nginx's worker runs as another user
const children: ChildProcess[] = [];
const origin = createServer((_request, response) => {
  response.setHeader("Cache-Control", "max-age=3600");
  response.setHeader("Content-Type", "text/plain");
  response.end(Buffer.alloc(10 * 1024, "x"));
});
await new Promise<void>((resolve) => origin.listen(0, "127.0.0.1", resolve));
const originUrl = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;

try {
  const contenders: Contender[] = [
    { name: "nginx proxy_cache", url: await startNginx(), rates: [] },
    { name: "lacquer on Bun", url: await startLacquer("bun", ["src/entry/bun.ts"]), rates: [] },
    { name: "lacquer on Deno", url: await startLacquer("deno", [...DENO_RUN, "src/entry/deno.ts"]), rates: [] },
    { name: "lacquer on Node", url: await startLacquer("node", ["src/entry/node.ts"]), rates: [] },
  ];
  for (let round = 0; round < ROUNDS; round++) {
    for (const contender of contenders) contender.rates.push(await measure(contender));
  }
  report(contenders);
} finally {
  for (const child of children) child.kill("SIGTERM");
  origin.close();
  await rm(folder, { recursive: true, force: true });
}

async function startNginx(): Promise<string> {
  const port = await freePort();
  const configuration = join(folder, "nginx.conf");
  await writeFile(
    configuration,
    `worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 100000000; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/temp;
  proxy_cache_path ${folder}/cache keys_zone=bench:10m;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / { proxy_pass ${originUrl}; proxy_cache bench; proxy_cache_valid 200 1h; }
  }
}
`,
  );
  startPinned("nginx", ["-c", configuration]);
  return await ready(`http://127.0.0.1:${port}`);
}

async function startLacquer(runtime: string, args: readonly string[]): Promise<string> {
  const port = await freePort();
  const flags = ["serve", "--listen", `127.0.0.1:${port}`, "--origin", originUrl, "--log", "off"];
  startPinned(runtime, [...args, ...flags]);
  return await ready(`http://127.0.0.1:${port}`);
}

function startPinned(command: string, args: readonly string[]): void {
  children.push(spawn("taskset", ["-c", "0", command, ...args], { stdio: ["ignore", "ignore", "inherit"] }));
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function ready(url: string): Promise<string> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const response = await fetch(`${url}/page`).catch(() => undefined);
    if (response?.ok && (await response.text()).length === 10 * 1024) return url;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Cannot measure "${url}": it does not answer`);
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

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}
