import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

const PAGE_BYTES = 10 * 1024;
const OTHER_BYTES = 200;

/** The origin of what is stored while purges come: `/page`, and any number of small responses with a tag each. */
export async function startOrigin(): Promise<{ port: number; close(): void }> {
  const server: Server = createServer(({ url = "" }, response) => {
    const bytes = url === "/page" ? PAGE_BYTES : OTHER_BYTES;
    response.writeHead(200, {
      "Cache-Control": "max-age=3600",
      "Content-Type": "text/plain",
      "Content-Length": bytes,
      "Surrogate-Key": `at${url.replaceAll("/", "-")}`,
    }).end(Buffer.alloc(bytes, "x"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { port: (server.address() as AddressInfo).port, close };
}

/** Asks a proxy for so many of the small ones, so that it stores them. */
export async function askForAll(port: number, count: number): Promise<void> {
  let next = 0;
  const ask = async () => {
    for (let index = next++; index < count; index = next++) {
      const response = await fetch(`http://127.0.0.1:${port}/articles/${index}`);
      if (response.status !== 200) throw new Error(`Cannot fill port ${port}: status ${response.status}`);
      await response.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: 16 }, ask));
}
