import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Contender, StartOptions } from "../contender.ts";

/**
 * HAProxy with its cache and one thread. The cache knows no ranges, and of `Vary` only `Accept-Encoding` and two more.
 * Its 304 would tell the length of the 200, as it may, but wrk then waits for that many bytes.
 */
export const HAPROXY: Contender = {
  async start(workplace, options) {
    const folder = await workplace.newFolder("haproxy");
    const configuration = join(folder, "haproxy.cfg");
    await writeFile(configuration, configure(options));
    if (options.log) throw new Error(`Cannot start "haproxy" with an access log: it writes none into a file`);
    return workplace.startPinned("haproxy", ["-db", "-f", configuration]);
  },
  isHit: (fields) => fields.age !== undefined,
};

/** Most megabytes that its cache can have. */
const MOST_MEGABYTES = 4095;

function configure({ port, originPort, storeBytes }: StartOptions): string {
  const megabytes = Math.min(Math.ceil(storeBytes / 1024 ** 2), MOST_MEGABYTES);
  return `global
  nbthread 1
  maxconn 8192
defaults
  mode http
  timeout connect 5s
  timeout client 1h
  timeout server 1h
  http-reuse always
cache bench
  total-max-size ${megabytes}
  max-object-size 2097152
  max-age 3600
  process-vary on
frontend bench
  bind 127.0.0.1:${port} backlog 4096
  use_backend pass if { path_beg /pass/ }
  default_backend cached
  http-after-response del-header Content-Length if { status 304 }
backend cached
  http-request cache-use bench
  http-response cache-store bench
  server origin 127.0.0.1:${originPort}
backend pass
  server origin 127.0.0.1:${originPort}
`;
}
