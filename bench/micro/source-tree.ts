import { access } from "node:fs/promises";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** Modules of `src` that benchmarks call, by their path in it. */
interface Modules {
  "engine/cache-engine.ts": typeof import("../../src/engine/cache-engine.ts");
  "engine/cache-key.ts": typeof import("../../src/engine/cache-key.ts");
  "engine/lookup.ts": typeof import("../../src/engine/lookup.ts");
  "engine/normalize-request.ts": typeof import("../../src/engine/normalize-request.ts");
  "engine/search-aliases.ts": typeof import("../../src/engine/search-aliases.ts");
  "http/cache-control.ts": typeof import("../../src/http/cache-control.ts");
  "invalidation/purges.ts": typeof import("../../src/invalidation/purges.ts");
  "runtime/bun.ts": typeof import("../../src/runtime/bun.ts");
  "runtime/deno.ts": typeof import("../../src/runtime/deno.ts");
  "runtime/node.ts": typeof import("../../src/runtime/node.ts");
  "runtime/node-response.ts": typeof import("../../src/runtime/node-response.ts");
  "server/access-log.ts": typeof import("../../src/server/access-log.ts");
  "server/proxy-handler.ts": typeof import("../../src/server/proxy-handler.ts");
  "storage/byte-budget.ts": typeof import("../../src/storage/byte-budget.ts");
  "storage/growing-body.ts": typeof import("../../src/storage/growing-body.ts");
  "storage/in-flight-bytes.ts": typeof import("../../src/storage/in-flight-bytes.ts");
  "storage/memory-store.ts": typeof import("../../src/storage/memory-store.ts");
  "time/clock.ts": typeof import("../../src/time/clock.ts");
  "time/timers.ts": typeof import("../../src/time/timers.ts");
}

/** A source tree has no such file, or the file does not export that name. */
export class MissingPart extends Error {
  override readonly name = "MissingPart";
}

/** A `src` folder, this one or that of another commit, of which nobody knows what it has. */
export class SourceTree {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = resolve(folder);
  }

  /** What a module exports under a name. @throws {MissingPart} when there is none. */
  async take<Path extends keyof Modules, Name extends keyof Modules[Path]>(
    path: Path,
    name: Name,
  ): Promise<Modules[Path][Name]> {
    const file = join(this.#folder, path);
    const isThere = await access(file).then(() => true, () => false);
    if (!isThere) throw new MissingPart(`it has no ${path}`);
    const module = await import(pathToFileURL(file).href) as Modules[Path];
    if (module[name] === undefined) throw new MissingPart(`${path} has no ${String(name)}`);
    return module[name];
  }
}
