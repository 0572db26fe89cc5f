import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** How many requests per second a server answers at most, over 64 connections. */
export async function maximumRate(port: number, seconds: number): Promise<number> {
  const load = ["wrk", "-t1", "-c64", `-d${seconds}s`, `http://127.0.0.1:${port}/page`];
  const { stdout } = await run("taskset", ["-c", "1", ...load]);
  if (stdout.includes("Non-2xx")) throw new Error(`Cannot measure port ${port}: some answers were errors`);
  return Number(/Requests\/sec:\s+([0-9.]+)/.exec(stdout)?.[1]);
}
