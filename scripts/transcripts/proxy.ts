import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLacquer } from "../../test/support/lacquer-process.ts";

/** A running `lacquer serve`, on the runtime of this process. */
export interface Proxy {
  readonly port: number;
  stop(): Promise<void>;
}

/** Starts the proxy as a user does, in a folder without a configuration, on a free port. */
export function startProxy(origin: string): Promise<Proxy> {
  return serve("127.0.0.1:0", origin);
}

/** Starts a proxy that is its own origin. */
export async function startLoop(): Promise<Proxy> {
  const address = `127.0.0.1:${await freePort()}`;
  return await serve(address, `http://${address}`);
}

async function serve(listen: string, origin: string): Promise<Proxy> {
  const folder = await mkdtemp(join(tmpdir(), "lacquer-transcripts-"));
  const process = startLacquer(["serve", "--listen", listen, "--origin", origin, "--log", "off"], folder);
  const stop = async () => {
    process.signal("SIGKILL");
    await process.ended;
    await rm(folder, { recursive: true });
  };
  try {
    return { port: Number(/:(\d+) /.exec(await process.firstLine)?.[1]), stop };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("Cannot find a free port: not on TCP");
  return address.port;
}
