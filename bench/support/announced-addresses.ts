import type { ChildProcess } from "node:child_process";

const START_LIMIT_MS = 20_000;

/** Where a `lacquer serve` answers, and where its admin API does. */
export interface Addresses {
  readonly url: string;
  readonly adminUrl: string;
}

/** Waits until `lacquer serve` has announced both. Rejects when it ends before, or takes too long. */
export function announcement(child: ChildProcess): Promise<Addresses> {
  const { promise, resolve, reject } = Promise.withResolvers<Addresses>();
  let output = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    const addresses = announcedAddresses(output);
    if (addresses !== undefined) resolve(addresses);
  });
  const fail = (what: string) => reject(new Error(`Cannot start lacquer: ${what} after "${output.trim()}"`));
  child.once("exit", (code, signal) => fail(`it ended with ${code ?? signal}`));
  const limit = setTimeout(() => fail(`it announced no two addresses in ${START_LIMIT_MS / 1000} s`), START_LIMIT_MS);
  return promise.finally(() => clearTimeout(limit));
}

/** The addresses that `lacquer serve` announces, once both are on its standard output. */
export function announcedAddresses(output: string): Addresses | undefined {
  const url = /^lacquer listening on (http:\/\/[^\s]+:\d+)(?=\s)/m.exec(output)?.[1];
  const adminUrl = /^lacquer admin listening on (http:\/\/[^\s]+:\d+)(?=\s)/m.exec(output)?.[1];
  return url === undefined || adminUrl === undefined ? undefined : { url, adminUrl };
}
