import type { ChildProcess } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Workplace } from "./workplace.ts";

export interface VarnishOptions {
  readonly port: number;
  readonly originPort: number;
  /** Subroutines that are run after those of the same name here. */
  readonly furtherVcl?: string;
}

/**
 * Starts Varnish on the first core: built-in VCL, but requests with cookies are looked up too, as whoever runs it
 * before an app would have it. Grace is off, so that an expired response is not delivered in place of a new one.
 */
export async function startVarnish(workplace: Workplace, options: VarnishOptions): Promise<ChildProcess> {
  const folder = await workplace.newFolder("varnish");
  const vcl = join(folder, "bench.vcl");
  await writeFile(
    vcl,
    `vcl 4.1;
backend origin { .host = "127.0.0.1"; .port = "${options.originPort}"; }
sub vcl_recv {
  if (req.http.Cookie && (req.method == "GET" || req.method == "HEAD")) { return (hash); }
}
${options.furtherVcl ?? ""}`,
  );
  const flags = ["-F", "-n", folder, "-a", `127.0.0.1:${options.port}`, "-f", vcl, "-s", "malloc,2g"];
  // Connections are kept for as long as the others keep them: a measurement may leave one idle for more than 5 s.
  const parameters = ["default_grace=0", "timeout_idle=60"].flatMap((parameter) => ["-p", parameter]);
  return workplace.startPinned("varnishd", [...flags, ...parameters], { quiet: true });
}
