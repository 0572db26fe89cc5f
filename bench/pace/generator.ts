/**
 * The process that sends the requests, run by Bun on a core of its own: takes a `PaceOrder` as JSON on its command
 * line, and writes a `PaceReport` as JSON to standard output.
 */
import { Drive, type World } from "./drive.ts";
import { FramedReader } from "./framed-reader.ts";
import type { Histogram } from "./histogram.ts";
import type { PaceOrder, PaceReport, Spread } from "./pace-order.ts";
import { demoteHelpers, Sockets } from "./sockets.ts";

/** Nanoseconds. */
const SECOND = 1e9;
const PATIENCE = 5 * SECOND;

/** The compiler takes a function that was called several times for finished sooner than one that only runs for long. */
const PRACTICES = 5;

const order = JSON.parse(process.argv[2] ?? "") as PaceOrder;
const request = `GET /page HTTP/1.1\r\nHost: 127.0.0.1:${order.port}\r\n\r\n`;
const sockets = new Sockets(order.port, order.connections, new TextEncoder().encode(request));
const world: World = {
  now: Bun.nanoseconds,
  send: (connection) => sockets.send(connection),
  receive: (connection) => sockets.receive(connection),
  received: sockets.received,
};
const readers = Array.from({ length: order.connections }, () => new FramedReader());
for (let connection = 0; connection < order.connections; connection++) greet(connection);
for (let time = 0; time < PRACTICES; time++) drivenFor(order.warmSeconds / PRACTICES);
demoteHelpers();
const drive = drivenFor(order.seconds);
sockets.close();
const report: PaceReport = {
  latency: spreadOf(drive.latency),
  lateness: spreadOf(drive.lateness),
  turn: spreadOf(drive.turn),
  queued: drive.queued / drive.latency.total,
};
process.stdout.write(JSON.stringify(report));

/** Asks once on a connection: one that never has anything to say would be closed before long. */
function greet(connection: number): void {
  sockets.send(connection);
  const end = world.now() + PATIENCE;
  while (world.now() < end) {
    const bytes = sockets.receive(connection);
    if (bytes > 0 && readers[connection]!.push(sockets.received, bytes)) return;
  }
  throw new Error("Cannot keep the pace: the server is silent");
}

function drivenFor(seconds: number): Drive {
  const count = Math.max(1, Math.round(order.rate * seconds));
  const drive = new Drive(world, readers, { interval: SECOND / order.rate, count, patience: PATIENCE });
  drive.run();
  return drive;
}

/** In microseconds. */
function spreadOf(histogram: Histogram): Spread {
  const at = (share: number) => histogram.percentile(share) / 1000;
  return { median: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: histogram.max / 1000 };
}
