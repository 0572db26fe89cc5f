import type { Fields, Load } from "./scenario.ts";

/** Ends every script: one line of figures, which says more exactly what wrk rounds for people. */
const DONE = `done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    'figures {"requests":%d,"micros":%d,"bytes":%d,"p50":%d,"p99":%d,"status":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d}\\n',
    summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect, errors.read, errors.write, errors.timeout))
end
`;

/** The script of a load against a port. Keys that no earlier run has asked for begin behind `first`. */
export function scriptOf(load: Load, { port, first }: { port: number; first: number }): string {
  const suffix = `" HTTP/1.1\\r\\nHost: 127.0.0.1:${port}\\r\\n\\r\\n"`;
  const fields = Object.entries(load.fields ?? {}).map(([name, value]) =>
    `wrk.headers[${quote(name)}] = ${quote(value)}`
  );
  return [`local SUFFIX, FIRST = ${suffix}, ${first}`, ...fields, load.lua ?? "", DONE].join("\n");
}

/** Every request is for a new key. */
export function newKeys(prefix: string): string {
  return `local number = FIRST
request = function()
  number = number + 1
  return "GET ${prefix}" .. number .. SUFFIX
end
`;
}

/** Keys of 1 to `count` in their order, and from the beginning again. */
export function allKeys(prefix: string, count: number): string {
  return `local number = FIRST
request = function()
  number = number + 1
  return "GET ${prefix}" .. (number - 1) % ${count} + 1 .. SUFFIX
end
`;
}

/** The same path with each of several sets of fields in turn. */
export function takingTurns(path: string, variants: readonly Fields[]): string {
  const lines = variants.map((fields) =>
    quote(Object.entries(fields).map(([name, value]) => `\r\n${name}: ${value}`).join(""))
  );
  return `local requests = {}
for index, fields in ipairs({ ${lines.join(", ")} }) do
  requests[index] = "GET ${path}" .. SUFFIX:sub(1, -5) .. fields .. "\\r\\n\\r\\n"
end
local turn = 0
request = function()
  turn = turn % ${variants.length} + 1
  return requests[turn]
end
`;
}

/** Keys of 1 to `count`, each as likely as the next. */
export function anyKey(prefix: string, count: number): string {
  return `math.randomseed(FIRST + 1)
request = function() return "GET ${prefix}" .. math.random(${count}) .. SUFFIX end
`;
}

/** Keys of 1 to `count`, the n-th 1/n as likely as the first; a share of the requests is for new ones. */
export function zipf(prefix: string, count: number, options: { newPrefix: string; newShare: number }): string {
  return `math.randomseed(FIRST + 1)
local number, total, sums = FIRST, 0, {}
for key = 1, ${count} do
  total = total + 1 / key
  sums[key] = total
end
local function draw()
  local wanted, low, high = math.random() * total, 1, ${count}
  while low < high do
    local middle = math.floor((low + high) / 2)
    if sums[middle] < wanted then low = middle + 1 else high = middle end
  end
  return low
end
request = function()
  if math.random() >= ${options.newShare} then return "GET ${prefix}" .. draw() .. SUFFIX end
  number = number + 1
  return "GET ${options.newPrefix}" .. number .. SUFFIX
end
`;
}

/** A string of Lua. What goes into headers has no other characters that need care. */
function quote(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\r", "\\r").replaceAll("\n", "\\n")}"`;
}
