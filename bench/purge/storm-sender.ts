/**
 * The process that sends purges to the admin API, run by Bun on the second core: takes a `StormOrder` as JSON on its
 * command line, and writes a `StormReport` as JSON to standard output.
 */
import { setTimeout } from "node:timers/promises";
import { Histogram } from "../pace/histogram.ts";
import { AnswerReader } from "./answer-reader.ts";
import { purgeBytes } from "./purge-content.ts";
import type { StormOrder, StormReport } from "./storm-order.ts";

const NS_PER_MS = 1e6;

const order = JSON.parse(process.argv[2] ?? "") as StormOrder;
const statuses: Record<string, number> = {};
const answered = new Histogram();
const interval = order.rate === undefined ? 0 : 1e9 / order.rate;
const start = Bun.nanoseconds();
const end = start + order.seconds * 1e9;
let asked = 0;
await Promise.all(Array.from({ length: order.connections }, drive));
const at = (share: number) => answered.percentile(share) / NS_PER_MS;
const report: StormReport = {
  statuses,
  seconds: (Bun.nanoseconds() - start) / 1e9,
  answered: { median: at(0.5), p99: at(0.99), max: answered.max / NS_PER_MS },
};
process.stdout.write(JSON.stringify(report), () => process.exit());

/** Sends on a connection of its own whatever is due, one request at a time. */
async function drive(): Promise<void> {
  const ask = await connect();
  for (let n = asked++;; n = asked++) {
    const due = interval === 0 ? Bun.nanoseconds() : start + n * interval;
    if (due > end) return;
    const wait = (due - Bun.nanoseconds()) / NS_PER_MS;
    if (wait > 0) await setTimeout(wait);
    const status = await ask(purgeBytes(order, n));
    answered.record(Bun.nanoseconds() - due);
    statuses[status] = (statuses[status] ?? 0) + 1;
  }
}

/** Opens a connection. Gives what sends a request on it and resolves with the status of the answer. */
async function connect(): Promise<(bytes: string) => Promise<number>> {
  let pending = Promise.withResolvers<number>();
  const reader = new AnswerReader();
  const socket = await Bun.connect({
    hostname: "127.0.0.1",
    port: order.port,
    socket: {
      data(_socket, bytes) {
        const status = reader.push(bytes.toString("latin1"));
        if (status !== undefined) pending.resolve(status);
      },
      close: () => pending.reject(new Error("Cannot purge: the connection is closed")),
    },
  });
  socket.setNoDelay(true);
  return (bytes) => {
    pending = Promise.withResolvers();
    if (socket.write(bytes) !== bytes.length) throw new Error("Cannot purge: the connection does not take it");
    return pending.promise;
  };
}
