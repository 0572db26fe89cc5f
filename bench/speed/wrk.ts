import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type CoreShares, coreTimes, sharesBetween } from "../support/core-times.ts";
import type { Workplace } from "../support/workplace.ts";
import { scriptOf } from "./lua.ts";
import type { Load } from "./scenario.ts";
import { parseWrkOutput, type WrkFigures } from "./wrk-output.ts";

export interface WrkOptions {
  readonly workplace: Workplace;
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
  const before = await coreTimes(options.pid);
  const output = await outputOf(load, options);
  const figures = { ...parseWrkOutput(output), ...sharesBetween(before, await coreTimes(options.pid)) };
  if (figures.errors.length > 0) throw new Error(`wrk saw ${figures.errors.join(", ")}`);
  if (figures.requests === 0) throw new Error("wrk saw no answer");
  const meanBytes = figures.bytes / figures.requests;
  if (meanBytes < load.length) throw new Error(`answers had ${meanBytes.toFixed(0)} bytes, not ${load.length}`);
  return figures;
}

async function outputOf(load: Load, options: WrkOptions): Promise<string> {
  const { workplace, port, seconds } = options;
  const script = join(await workplace.newFolder("wrk"), "load.lua");
  await writeFile(script, scriptOf(load, options));
  const flags = ["-t1", `-c${load.connections}`, `-d${seconds}s`, "--timeout", "10s", "-s", script];
  const url = `http://127.0.0.1:${port}${load.path}`;
  return text(workplace.startReadable("taskset", ["-c", "1", "wrk", ...flags, url]).stdout!);
}
