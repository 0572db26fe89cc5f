import type { ChildProcess } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Workplace } from "./workplace.ts";

export interface NginxOptions {
  readonly port: number;
  readonly originUrl: string;
  /** Directives on top of `proxy_pass` and `proxy_cache`. */
  readonly directives: string;
}

/** Starts nginx with `proxy_cache` and one worker on the first core. */
export async function startNginx(workplace: Workplace, options: NginxOptions): Promise<ChildProcess> {
  const folder = await workplace.newFolder("nginx");
  const configuration = join(folder, "nginx.conf");
  await writeFile(
    configuration,
    `worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
events { worker_connections 4096; }
http {
  access_log off; keepalive_requests 100000000; client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/temp;
  proxy_cache_path ${folder}/cache keys_zone=bench:10m;
  server {
    listen 127.0.0.1:${options.port} backlog=4096;
    location / { proxy_pass ${options.originUrl}; proxy_cache bench; ${options.directives} }
  }
}
`,
  );
  return workplace.startPinned("nginx", ["-c", configuration]);
}
