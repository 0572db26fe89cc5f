/**
 * How a process shows others that it lives: by a Unix socket that it listens on. The kernel closes it with the process,
 * however that ends, and answers for it even while the process does nothing. Unlike a process id it is never somebody
 * else's later, and means the same in every container that has the directory.
 */
import { rm } from "node:fs/promises";
import { connect, createServer, type Server } from "node:net";
import { relative, resolve } from "node:path";

/** Bytes of the longest path of a socket that every system takes. */
const MAX_PATH_BYTES = 103;

/** Shows by a new socket at `path` that this process lives, until the returned function is called. */
export async function showPresence(path: string): Promise<() => Promise<void>> {
  const server = createServer((connection) => connection.destroy());
  await listen(server, socketPath(path));
  server.unref();
  return async () => {
    await new Promise((done) => server.close(done));
    await rm(path, { force: true }); // not every runtime does
  };
}

/** Whether a process shows its presence at `path`. In doubt it does. */
export function isPresent(path: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const connection = connect(socketPath(path));
  connection.on("connect", () => resolve(true));
  connection.on("error", (error: { code?: string }) => resolve(!["ECONNREFUSED", "ENOENT"].includes(error.code ?? "")));
  return promise.finally(() => connection.destroy());
}

function listen(server: Server, path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.on("error", reject);
  server.listen(path, resolve);
  return promise;
}

/** The shorter of the ways to say the same path. */
function socketPath(path: string): string {
  const [short = path] = [resolve(path), relative(".", path)].sort((one, other) => one.length - other.length);
  const bytes = new TextEncoder().encode(short).length;
  if (bytes <= MAX_PATH_BYTES) return short;
  throw new Error(`the path "${short}" has ${bytes} bytes, accepted: at most ${MAX_PATH_BYTES}`);
}
