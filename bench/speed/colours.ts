import type { ContenderName } from "./contender.ts";

/** Each is seen on white and on black: others are grey, green and blue, the bare runtimes pale, ours warm. */
export const COLOURS: Readonly<Record<ContenderName, string>> = {
  "nginx": "#2da44e",
  "varnish": "#218bff",
  "haproxy": "#8250df",
  "bare-bun": "#a8b1bb",
  "bare-deno": "#a8b1bb",
  "bare-node": "#a8b1bb",
  "lacquer-bun": "#d1242f",
  "lacquer-deno": "#e8590c",
  "lacquer-node": "#d4a017",
};
