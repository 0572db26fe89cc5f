import { mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort, ready } from "../support/ports.ts";
import type { Workplace } from "../support/workplace.ts";
import { SIZES } from "./sizes.ts";

/** Seconds since the epoch: the files were last modified then, which nginx makes their ETag of. */
const MODIFIED = 1_700_000_000;

/**
 * Starts the origin of all contenders, an nginx on the core of wrk that has nothing to do but send files. Gives its
 * port. Under `/NAME` it has what `SIZES` names; `/vary/NAME` says that it varies, `/pass/NAME` that it may not be
 * stored; `/new/N` (10 KB) and `/key/N` (1 KB) are there for every N.
 */
export async function startOrigin(workplace: Workplace): Promise<number> {
  const folder = await workplace.newFolder("origin");
  await writeFiles(join(folder, "files"));
  const port = await freePort();
  const configuration = join(folder, "nginx.conf");
  await writeFile(configuration, configure(folder, port));
  workplace.startPinned("nginx", ["-c", configuration], { core: 1 });
  await ready(`http://127.0.0.1:${port}/10k`, async (response) => (await response.text()).length === SIZES["10k"]);
  return port;
}

/** The entity tag of a body of this many bytes. */
export function entityTagOf(size: number): string {
  return `"${MODIFIED.toString(16)}-${size.toString(16)}"`;
}

async function writeFiles(folder: string): Promise<void> {
  await mkdir(folder);
  for (const [name, size] of Object.entries(SIZES)) {
    await writeFile(join(folder, name), "x".repeat(size));
    await utimes(join(folder, name), MODIFIED, MODIFIED);
  }
}

function configure(folder: string, port: number): string {
  const storable = `add_header Cache-Control "max-age=3600";`;
  return `worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log crit;
events { worker_connections 8192; }
http {
  access_log off; default_type text/plain; sendfile on; tcp_nopush on;
  keepalive_requests 1000000000; keepalive_timeout 1h;
  open_file_cache max=100 inactive=1h; open_file_cache_valid 1h;
  client_body_temp_path ${folder}/body;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    root ${folder}/files;
    location / { ${storable} }
    location /vary/ { alias ${folder}/files/; ${storable} add_header Vary "Accept-Encoding, Accept-Language"; }
    location /pass/ { alias ${folder}/files/; add_header Cache-Control "no-store"; }
    location /new/ { ${storable} rewrite ^ /10k break; }
    location /key/ { ${storable} rewrite ^ /1k break; }
  }
}
`;
}
