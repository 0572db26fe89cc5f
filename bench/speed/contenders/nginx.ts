import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Contender, StartOptions } from "../contender.ts";

/**
 * nginx with `proxy_cache` and one worker. What it stores is in files, which are in memory here and kept open. Reading
 * them into large buffers was quicker than its defaults and than `sendfile`, which on the loopback waits for
 * acknowledgements at 100 KB.
 */
export const NGINX: Contender = {
  async start(workplace, options) {
    const folder = await workplace.newFolder("nginx");
    const configuration = join(folder, "nginx.conf");
    await writeFile(configuration, configure(folder, options));
    return workplace.startPinned("nginx", ["-c", configuration]);
  },
  isHit: (fields) => fields["x-cache-status"] === "HIT",
};

function configure(folder: string, { port, originPort, storeBytes, log }: StartOptions): string {
  const megabytes = Math.ceil(storeBytes / 1024 ** 2);
  return `worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log crit;
events { worker_connections 8192; }
http {
  access_log ${log ? `${folder}/access.log` : "off"};
  open_file_cache max=10000 inactive=1h; output_buffers 2 512k; keepalive_requests 1000000000; keepalive_timeout 1h;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/temp;
  proxy_cache_path ${folder}/cache levels=1:2 keys_zone=bench:512m max_size=${megabytes}m inactive=1h use_temp_path=off;
  upstream origin { server 127.0.0.1:${originPort}; keepalive 512; keepalive_requests 1000000000; }
  proxy_http_version 1.1; proxy_set_header Connection "";
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location / { proxy_pass http://origin; proxy_cache bench; add_header X-Cache-Status $upstream_cache_status; }
    location /pass/ { proxy_pass http://origin; }
  }
}
`;
}
