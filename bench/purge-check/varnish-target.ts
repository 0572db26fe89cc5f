import type { ChildProcess } from "node:child_process";
import { freePort, ready } from "../support/ports.ts";
import { startVarnish } from "../support/varnish.ts";
import type { Workplace } from "../support/workplace.ts";
import { TAG_FIELD_NAMES } from "./keys.ts";
import type { PurgeOrder } from "./purge-order.ts";
import type { PurgeAnswer, Target } from "./target.ts";

/**
 * PURGE and BAN as its documentation has them, `Cache-Status` for the share of hits, and bans on fields of the stored
 * response only, so that its background thread can carry them out.
 */
const PURGING_VCL = `
sub vcl_recv {
  if (req.method == "PURGE") { return (purge); }
  if (req.method == "BAN") { ban(req.http.X-Ban); return (synth(200, "Banned")); }
}
sub vcl_backend_response { set beresp.http.X-Url = bereq.url; }
sub vcl_deliver {
  if (obj.hits > 0) { set resp.http.Cache-Status = "varnish; hit"; }
  else { set resp.http.Cache-Status = "varnish; fwd=miss"; }
}
`;

/**
 * Varnish, which is known to keep what was fetched before a purge and arrived after it. It does not take a URL out of
 * use for a POST, and has no soft purge of its own.
 */
export class VarnishTarget implements Target {
  readonly abilities = { invalidatesByPost: false, purgesSoftly: false };
  readonly port: number;
  readonly #workplace: Workplace;
  readonly #child: ChildProcess;

  private constructor(workplace: Workplace, child: ChildProcess, port: number) {
    this.#workplace = workplace;
    this.#child = child;
    this.port = port;
  }

  static async start(workplace: Workplace, originPort: number): Promise<VarnishTarget> {
    const port = await freePort();
    const child = await startVarnish(workplace, { port, originPort, furtherVcl: PURGING_VCL });
    await ready(`http://127.0.0.1:${port}/ready`, (response) => Promise.resolve(response.status === 404));
    return new VarnishTarget(workplace, child, port);
  }

  async purge(order: PurgeOrder): Promise<PurgeAnswer> {
    if (order.kind === "url") await this.#ask("PURGE", order.traits.path, {});
    else for (const ban of bansOf(order)) await this.#ask("BAN", "/", { "X-Ban": ban });
    return { kind: "acknowledged", sequence: undefined };
  }

  crash(): Promise<void> {
    return Promise.reject(new Error("Cannot kill Varnish: only a cache that keeps its purges on disk is killed"));
  }

  stop(): Promise<void> {
    return this.#workplace.stop(this.#child);
  }

  async #ask(method: string, path: string, headers: Readonly<Record<string, string>>): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, { method, headers });
    await response.body?.cancel();
    if (response.status !== 200) throw new Error(`Cannot purge: status ${response.status} for ${method}`);
  }
}

/** Bans that cover together what is ordered. */
function bansOf({ kind, traits, request }: PurgeOrder): readonly string[] {
  const prefix = request.prefixes?.[0]?.replace(/^http:\/\/[^/]+/, "") ?? traits.path;
  if (kind === "tag") return TAG_FIELD_NAMES.map((field) => `obj.http.${field} ~ \\b${request.tags![0]}\\b`);
  if (kind === "prefix") return [`obj.http.X-Url ~ ^${prefix}`];
  return [kind === "ban" ? `obj.http.X-Url ~ ^${traits.path}$` : "obj.http.X-Url ~ ^/"];
}
