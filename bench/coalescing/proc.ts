import { readFile } from "node:fs/promises";

/**
 * Connections that were refused on this machine so far, by the kernel's count. It is of all processes, so nothing else
 * may be trying.
 */
export async function refusedConnects(): Promise<number> {
  const lines = (await readFile("/proc/net/snmp", "utf8")).split("\n").filter((line) => line.startsWith("Tcp:"));
  const [names = [], values = []] = lines.map((line) => line.split(" "));
  return Number(values[names.indexOf("AttemptFails")]);
}

/** Bytes of memory that a process and its children hold; what has ended holds none. */
export async function residentBytes(pid: number): Promise<number> {
  const folder = `/proc/${pid}`;
  const status = await readFile(`${folder}/status`, "utf8").catch(() => "");
  const children = await readFile(`${folder}/task/${pid}/children`, "utf8").catch(() => "");
  const own = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  const others = await Promise.all(children.split(" ").filter(Boolean).map((child) => residentBytes(Number(child))));
  return others.reduce((sum, bytes) => sum + bytes, own);
}
