import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { freePort, ready } from "../support/ports.ts";
import { Workplace } from "../support/workplace.ts";
import { BODY_BYTES, type ContenderName, startContender } from "./contenders.ts";

/** Running contenders, each with the page in its cache, and their origin. */
export class Field {
  readonly ports: ReadonlyMap<ContenderName, number>;
  readonly workplace: Workplace;
  readonly #origin: Server;

  private constructor(workplace: Workplace, origin: Server, ports: ReadonlyMap<ContenderName, number>) {
    this.workplace = workplace;
    this.#origin = origin;
    this.ports = ports;
  }

  static async start(names: readonly ContenderName[]): Promise<Field> {
    const workplace = await Workplace.open();
    const origin = createServer((_request, response) => {
      const fields = { "Cache-Control": "max-age=3600", "Content-Type": "text/plain", "Content-Length": BODY_BYTES };
      response.writeHead(200, fields).end(Buffer.alloc(BODY_BYTES, "x"));
    });
    await new Promise<void>((resolve) => origin.listen(0, "127.0.0.1", resolve));
    const ports = new Map<ContenderName, number>();
    const field = new Field(workplace, origin, ports);
    try {
      for (const name of names) ports.set(name, await field.#enter(name));
    } catch (error) {
      await field.close();
      throw error;
    }
    return field;
  }

  async close(): Promise<void> {
    await this.workplace.close();
    this.#origin.close();
    this.#origin.closeAllConnections();
  }

  async #enter(name: ContenderName): Promise<number> {
    const port = await freePort();
    const { port: originPort } = this.#origin.address() as AddressInfo;
    await startContender(this.workplace, name, { port, originPort });
    await ready(`http://127.0.0.1:${port}/page`, async (response) => {
      return response.ok && (await response.text()).length === BODY_BYTES;
    });
    return port;
  }
}
