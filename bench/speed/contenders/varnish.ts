import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Contender } from "../contender.ts";

/**
 * Varnish with one pool of threads. It would make `gzip` of every `Accept-Encoding` that has it and drop all others;
 * with that switched off it keeps as many variants as the others.
 */
export const VARNISH: Contender = {
  async start(workplace, { port, originPort, storeBytes, log }) {
    const folder = await workplace.newFolder("varnish");
    const vcl = join(folder, "bench.vcl");
    await writeFile(vcl, configure(originPort));
    if (log) throw new Error(`Cannot start "varnishd" with an access log: varnishncsa is a process of its own`);
    const flags = ["-F", "-n", folder, "-a", `127.0.0.1:${port}`, "-f", vcl];
    flags.push("-s", `malloc,${Math.ceil(storeBytes / 1024 ** 2)}m`);
    for (const parameter of ["thread_pools=1", "http_gzip_support=off"]) flags.push("-p", parameter);
    return workplace.startPinned("varnishd", flags, { quiet: true });
  },
  // Its own number alone, or followed by that of the request which stored the response.
  isHit: (fields) => String(fields["x-varnish"]).includes(" "),
};

function configure(originPort: number): string {
  return `vcl 4.1;
backend origin { .host = "127.0.0.1"; .port = "${originPort}"; }
sub vcl_recv {
  if (req.url ~ "^/pass/") { return (pass); }
}
`;
}
