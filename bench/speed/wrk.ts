import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type CoreShares, coreTimes, sharesBetween } from "../support/core-times.ts";
import { scriptOf } from "./lua.ts";
import type { Load } from "./scenario.ts";
import { parseWrkOutput, type WrkFigures } from "./wrk-output.ts";

const run = promisify(execFile);

export interface WrkOptions {
  /** Where scripts are written. */
  readonly folder: string;
  readonly port: number;
  /** Of the process that listens there, or of the one whose children do. */
  readonly pid: number;
  readonly seconds: number;
  /** Keys that no earlier run has asked for begin behind this number. */
  readonly first: number;
}

export type Loaded = WrkFigures & CoreShares;

/** Runs wrk once on the second core. Throws when any answer was an error or too short. */
export async function runWrk(load: Load, options: WrkOptions): Promise<Loaded> {
  const script = join(await mkdtemp(join(options.folder, "wrk-")), "load.lua");
  await writeFile(script, scriptOf(load, options));
  const flags = ["-t1", `-c${load.connections}`, `-d${options.seconds}s`, "--timeout", "10s", "-s", script];
  const before = await coreTimes(options.pid);
  const { stdout } = await run("taskset", ["-c", "1", "wrk", ...flags, `http://127.0.0.1:${options.port}${load.path}`]);
  const figures = { ...parseWrkOutput(stdout), ...sharesBetween(before, await coreTimes(options.pid)) };
  if (figures.errors.length > 0) throw new Error(`wrk saw ${figures.errors.join(", ")}`);
  if (figures.requests === 0) throw new Error("wrk saw no answer");
  const meanBytes = figures.bytes / figures.requests;
  if (meanBytes < load.length) throw new Error(`answers had ${meanBytes.toFixed(0)} bytes, not ${load.length}`);
  return figures;
}
