import type { ChildProcess } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Workplace } from "./workplace.ts";

export interface HaproxyOptions {
  readonly port: number;
  readonly originPort: number;
}

/** Starts HAProxy with its cache and one thread on the first core. Objects of up to 2 MiB are stored. */
export async function startHaproxy(workplace: Workplace, options: HaproxyOptions): Promise<ChildProcess> {
  const folder = await workplace.newFolder("haproxy");
  const configuration = join(folder, "haproxy.cfg");
  await writeFile(
    configuration,
    `global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
cache bench
  total-max-size 256
  max-object-size 2097152
  max-age 3600
  process-vary on
frontend clients
  bind 127.0.0.1:${options.port} backlog 4096
  http-request cache-use bench
  http-response cache-store bench
  default_backend origin
backend origin
  server origin 127.0.0.1:${options.originPort}
`,
  );
  return workplace.startPinned("haproxy", ["-db", "-f", configuration]);
}
