import type { ChildProcess } from "node:child_process";
import type { Workplace } from "./workplace.ts";

/** The commands of README.md that serve, for each runtime. */
export const COMMANDS = {
  bun: ["bun", "src/entry/bun.ts"],
  deno: [
    ...["deno", "run", "--v8-flags=--max-semi-space-size=4", "--cached-only"],
    ...["--allow-net", "--allow-env", "--allow-read", "src/entry/deno.ts"],
  ],
  node: ["node", "--max-semi-space-size=4", "src/entry/node.ts"],
} as const;

export type RuntimeName = keyof typeof COMMANDS;

export const RUNTIME_NAMES: readonly RuntimeName[] = ["bun", "deno", "node"];

/** How tables call them. */
export const RUNTIME_TITLES: Readonly<Record<RuntimeName, string>> = { bun: "Bun", deno: "Deno", node: "Node" };

export interface ServeOptions {
  readonly port: number;
  readonly originUrl: string;
  /** Room of the store; what `lacquer` takes by default otherwise. */
  readonly memoryBytes?: number;
  /** File that the access log goes to, as JSON; there is none otherwise. */
  readonly logFile?: string;
}

/** Starts `lacquer serve` on the first core. */
export function startLacquer(workplace: Workplace, runtime: RuntimeName, options: ServeOptions): ChildProcess {
  const [command, ...args] = COMMANDS[runtime];
  const { port, originUrl, memoryBytes, logFile } = options;
  const flags = [
    "--listen",
    `127.0.0.1:${port}`,
    "--origin",
    originUrl,
    "--log",
    logFile === undefined ? "off" : "json",
  ];
  if (memoryBytes !== undefined) flags.push("--memory", `${Math.ceil(memoryBytes / 1024 ** 2)}MiB`);
  const output = logFile === undefined ? {} : { outputFile: logFile };
  return workplace.startPinned(command, [...args, "serve", ...flags], output);
}
