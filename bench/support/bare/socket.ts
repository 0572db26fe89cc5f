/**
 * The floor of all latencies: answers whatever arrives on a connection with one fixed HTTP response and looks at
 * nothing. Run by Bun with a port and a size in bytes; the caller never sends more than one request at a time.
 */
import { answerBytes } from "./answer.ts";

const [port, size] = Bun.argv.slice(2).map(Number);
const answer = answerBytes(size!);

Bun.listen<{ unsent: number }>({
  hostname: "127.0.0.1",
  port: port!,
  socket: {
    open: (socket) => void (socket.data = { unsent: 0 }),
    data: (socket) => send(socket, answer.length),
    drain: (socket) => send(socket, socket.data.unsent),
  },
});

/** Sends the last `count` bytes of the answer, and remembers how many of them did not fit. */
function send(socket: Bun.Socket<{ unsent: number }>, count: number): void {
  const sent = count === 0 ? 0 : socket.write(answer, answer.length - count, count);
  socket.data.unsent = count - Math.max(0, sent);
}
