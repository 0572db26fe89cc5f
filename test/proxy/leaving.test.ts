import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { test } from "node:test";
import { get, proxied, until } from "../support/proxied.ts";
import { exchange, RawConnection } from "../support/raw-client.ts";
import type { RawRequest } from "../support/raw-origin.ts";

const MIB = 1024 * 1024;

/** What a response is for one client alone, too large to be stored, or of a length nobody knows yet. */
const BODIES = {
  "for one client alone": "HTTP/1.1 200 OK\r\nCache-Control: private\r\nContent-Length: 52428800\r\n\r\n",
  "too large to be stored": "HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: 52428800\r\n\r\n",
};

/** Sends `bytes` zero bytes as fast as they are taken, until the connection is gone. */
async function pour(socket: Socket, bytes: number): Promise<void> {
  const block = new Uint8Array(64 * 1024);
  for (let sent = 0; sent < bytes && !socket.destroyed; sent += block.length) {
    if (!socket.write(block)) await new Promise((resolve) => socket.once("drain", resolve).once("close", resolve));
  }
}

for (const [kind, head] of Object.entries(BODIES)) {
  test(`a client that leaves before the headers of a response ${kind} leaves no connection to the origin`, async () => {
    let answer = () => {};
    const late = (_request: RawRequest, socket: Socket) => {
      answer = () => {
        socket.write(head);
        void pour(socket, 50 * MIB);
      };
    };
    await proxied(late, async ({ port, origin }) => {
      const connection = await RawConnection.open(port);
      connection.send(get("/big"));
      await until(() => origin.requests.length > 0);
      connection.destroy();
      await new Promise((resolve) => setTimeout(resolve, 100));
      answer();
      let isClosed = false;
      void origin.connections[0]?.closed.then(() => (isClosed = true));
      await until(() => isClosed);
    });
  });

  test(`a client that leaves in the middle of a response ${kind} ends the fetch`, async () => {
    const big = (_request: RawRequest, socket: Socket) => {
      socket.write(head);
      void pour(socket, 50 * MIB);
    };
    await proxied(big, async ({ port, origin }) => {
      const connection = await RawConnection.open(port);
      connection.send(get("/big"));
      await connection.sees("\r\n\r\n");
      connection.socket.pause();
      await new Promise((resolve) => setTimeout(resolve, 100));
      connection.destroy();
      let isClosed = false;
      void origin.connections[0]?.closed.then(() => (isClosed = true));
      await until(() => isClosed);
    });
  });
}

test("one who waits and leaves before the headers does not hold up the others", async () => {
  const size = 4 * MIB; // more than is read ahead of a reader who takes nothing
  let answer = () => {};
  const late = (_request: RawRequest, socket: Socket) => {
    answer = () => {
      socket.write(`HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nContent-Length: ${size}\r\n\r\n`);
      void pour(socket, size);
    };
  };
  await proxied(late, async ({ port, origin }) => {
    const stays = exchange(port, get("/big"));
    await until(() => origin.requests.length > 0);
    const leaves = await RawConnection.open(port);
    leaves.send(get("/big"));
    await new Promise((resolve) => setTimeout(resolve, 100));
    leaves.destroy();
    await new Promise((resolve) => setTimeout(resolve, 100));
    answer();
    const response = await stays;
    assert.deepEqual([response?.body.length, response?.complete], [size, true]);
  }, { flags: ["--memory", "1MiB"] });
});

test("an upload that its client breaks off is broken off at the origin", async () => {
  await proxied(() => {}, async ({ port, origin }) => {
    const connection = await RawConnection.open(port);
    connection.send("POST /up HTTP/1.1\r\nHost: example.org\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(5000));
    await until(() => (origin.connections[0]?.received.length ?? 0) > 4000);
    connection.destroy();
    await origin.connections[0]?.closed;
  }, { at: "head" });
});
