import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { freePort, ready } from "../support/ports.ts";
import type { Workplace } from "../support/workplace.ts";
import type { Fields } from "./scenario.ts";
import { type SizeName, SIZES } from "./sizes.ts";

const MODIFIED = "Tue, 14 Nov 2023 22:13:20 GMT";

/**
 * Starts the origin of all contenders, an nginx on the core of wrk whose answers are in its configuration, so that one
 * call of the system sends each. Gives its port. Under `/NAME` it has what `SIZES` names; `/vary/NAME` says that it
 * varies, `/pass/NAME` that it may not be stored; `/new/N` (10 KB) and `/key/N` (1 KB) are there for every N.
 */
export async function startOrigin(workplace: Workplace): Promise<number> {
  const folder = await workplace.newFolder("origin");
  const port = await freePort();
  const configuration = join(folder, "nginx.conf");
  await writeFile(configuration, configure(folder, port));
  workplace.startPinned("nginx", ["-c", configuration], { core: 1 });
  await ready(`http://127.0.0.1:${port}/10k`, async (response) => (await response.text()).length === SIZES["10k"]);
  return port;
}

/** The entity tag of a body of this many bytes. */
export function entityTagOf(size: number): string {
  return `"${size}"`;
}

/** nginx sends ranges of what it stores only where the origin would. */
const STORABLE = { "Cache-Control": "max-age=3600", "Accept-Ranges": "bytes" };
const VARYING = { ...STORABLE, Vary: "Accept-Encoding, Accept-Language" };
const UNSTORABLE = { "Cache-Control": "no-store" };

function configure(folder: string, port: number): string {
  const locations = (Object.keys(SIZES) as SizeName[]).flatMap((name) => [
    location(`/${name}`, STORABLE, SIZES[name]),
    location(`/vary/${name}`, VARYING, SIZES[name]),
    location(`/pass/${name}`, UNSTORABLE, SIZES[name]),
  ]);
  locations.push(location("/new/", STORABLE, SIZES["10k"]), location("/key/", STORABLE, SIZES["1k"]));
  return `worker_processes 1; daemon off; pid ${folder}/nginx.pid; error_log ${folder}/error.log crit;
events { worker_connections 8192; }
http {
  access_log off; default_type text/plain; keepalive_requests 1000000000; keepalive_timeout 1h;
  client_body_temp_path ${folder}/body;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    set $k "${"x".repeat(1024)}";
    ${locations.join("\n    ")}
  }
}
`;
}

function location(path: string, fields: Fields, length: number): string {
  const all = { ...fields, "ETag": entityTagOf(length).replaceAll('"', '\\"'), "Last-Modified": MODIFIED };
  const lines = Object.entries(all).map(([name, value]) => `add_header ${name} "${value}";`);
  return `location ${path} { ${lines.join(" ")} return 200 "${"$k".repeat(length / 1024)}"; }`;
}
