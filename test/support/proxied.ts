// The whole proxy as its own process, between raw sockets on both sides.
import { inFolder, type LacquerProcess, startLacquer } from "./lacquer-process.ts";
import { type RawHandler, type RawOrigin, type RawOriginOptions, startRawOrigin } from "./raw-origin.ts";

/** A running proxy and the origin behind it. */
export interface Proxied {
  readonly port: number;
  readonly origin: RawOrigin;
  readonly process: LacquerProcess;
}

export interface ProxiedOptions extends RawOriginOptions {
  readonly flags?: readonly string[];
  /** Variables of the proxy beside those of the test. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `task` with a proxy before an origin that answers by `handler`, and stops both afterwards. */
export async function proxied(
  handler: RawHandler | undefined,
  task: (proxied: Proxied) => Promise<void>,
  options: ProxiedOptions = {},
): Promise<void> {
  const origin = await startRawOrigin(handler, options);
  await inFolder({}, async (folder) => {
    const flags = ["serve", "--listen", "127.0.0.1:0", "--origin", origin.url, "--log", "off", ...options.flags ?? []];
    const process = startLacquer(flags, folder, { env: options.env ?? {} });
    try {
      const port = Number(/:(\d+) /.exec(await process.firstLine)?.[1]);
      await task({ port, origin, process });
    } finally {
      process.signal("SIGKILL");
      await process.ended;
      await origin.close();
    }
  });
}

/** A GET of `target` with these further field lines. */
export function get(target: string, lines: readonly string[] = []): string {
  return [`GET ${target} HTTP/1.1`, "Host: example.org", ...lines, "", ""].join("\r\n");
}

/** Waits until `isSo`, and fails after five seconds. */
export async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!isSo()) {
    if (performance.now() > deadline) throw new Error(`Cannot wait any longer for ${isSo}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
