import { spawn } from "node:child_process";
import { SITE } from "./story.ts";

/** The header section of a response, and the body of the last one. */
export interface CurlOutput {
  /** Interim responses first. */
  readonly heads: readonly ResponseHead[];
  readonly body: string;
}

export interface ResponseHead {
  readonly statusLine: string;
  readonly fields: ReadonlyArray<readonly [name: string, value: string]>;
}

/** Longer than any request of a story takes, in seconds. */
const PATIENCE = "10";

/**
 * Runs curl with these arguments, which name the site of the page; what is sent names it too, and goes to `port`.
 * Configuration and proxies of whoever runs this are left out.
 */
export async function runCurl(args: readonly string[], port: number): Promise<CurlOutput> {
  const { host } = new URL(SITE);
  const aside = ["-q", "--noproxy", "*", "--max-time", PATIENCE, "--connect-to", `${host}:127.0.0.1:${port}`];
  return readOutput(await outputOf([...aside, ...args]));
}

/** The command as one types it in a shell. */
export function commandLine(args: readonly string[]): string {
  return ["curl", ...args.map(shellWord)].join(" ");
}

function shellWord(text: string): string {
  return /^[\w\-./:=,@]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function outputOf(args: readonly string[]): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const child = spawn("curl", args, { stdio: ["ignore", "pipe", "pipe"] });
  let out = "";
  let errors = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => out += text);
  child.stderr.setEncoding("utf8").on("data", (text: string) => errors += text);
  child.on("error", (cause) => reject(new Error("Cannot run curl: is it installed?", { cause })));
  child.on("close", (code) => {
    if (code === 0) resolve(out);
    else reject(new Error(`Cannot run ${commandLine(args)}: exit code ${code} ${errors}`));
  });
  return promise;
}

function readOutput(output: string): CurlOutput {
  const heads: ResponseHead[] = [];
  let rest = output;
  do {
    const end = rest.indexOf("\r\n\r\n");
    if (!rest.startsWith("HTTP/") || end === -1) throw new Error(`Cannot read output of curl: "${output}"`);
    heads.push(readHead(rest.slice(0, end)));
    rest = rest.slice(end + 4);
  } while (/^HTTP\/1.1 1/.test(heads.at(-1)!.statusLine));
  return { heads, body: rest };
}

function readHead(text: string): ResponseHead {
  const [statusLine = "", ...lines] = text.split("\r\n");
  const fields = lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon), line.slice(colon + 1).trim()] as const;
  });
  return { statusLine: statusLine.trim(), fields };
}
