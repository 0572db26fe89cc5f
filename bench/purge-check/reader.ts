import { setTimeout as sleep } from "node:timers/promises";
import { header, type RawResponse } from "../../test/support/raw-client.ts";
import { Client } from "./client.ts";
import { contentLength, contentOf, type Edition, oldestVersionIn, versionOfTag } from "./content.ts";
import type { Reading } from "./judge.ts";
import type { KeyTraits } from "./keys.ts";
import type { ReadStep } from "./plan.ts";
import type { Run } from "./run.ts";

/** How long a reader waits after it got no answer. */
const RETRY_MS = 50;

/** Takes steps until the run is over, and has everything judged that it gets. */
export async function read(run: Run, port: number, steps: Iterable<ReadStep>): Promise<void> {
  const reader = new Reader(run, port);
  for (const step of steps) {
    await sleep(step.pause);
    if (run.isOver) break;
    await reader.take(step);
  }
  reader.close();
}

class Reader {
  readonly #run: Run;
  readonly #client: Client;
  /** The last entity tag seen of each key and language. */
  readonly #tags = new Map<string, string>();

  constructor(run: Run, port: number) {
    this.#run = run;
    this.#client = new Client(port);
  }

  close(): void {
    this.#client.close();
  }

  async take(step: ReadStep): Promise<void> {
    const traits = this.#run.traits[step.key]!;
    const fields = { "Accept-Language": step.language, ...this.#fieldsOf(step) };
    const leaves = step.kind.startsWith("leave")
      ? { after: step.patience, atHead: step.kind === "leave reading" }
      : undefined;
    const { life } = this.#run;
    const reading = this.#run.judge.start(step.key, this.#run.now());
    const answer = await this.#client.ask({
      method: step.kind === "head" ? "HEAD" : "GET",
      path: traits.path,
      fields,
      leaves,
    });
    if (answer.kind === "response") return this.#judge(reading, step, answer.response);
    if (answer.kind === "failed") {
      return await this.#fail(life, `key ${step.key} was not answered (${step.kind}): ${answer.message}`);
    }
    this.#run.counts.left++;
    if (answer.version === undefined) return;
    this.#run.see(reading, { version: answer.version, how: `${step.kind}, ${answer.cacheStatus}` });
  }

  #fieldsOf(step: ReadStep): Readonly<Record<string, string>> {
    if (step.kind === "range") return { "Range": `bytes=${step.range[0]}-${step.range[1]}` };
    const tag = step.kind === "condition" ? this.#tags.get(tagKey(step)) : undefined;
    return tag === undefined ? {} : { "If-None-Match": tag };
  }

  async #fail(life: number, text: string): Promise<void> {
    this.#run.failed(life, text);
    await sleep(RETRY_MS);
  }

  #judge(reading: Reading, step: ReadStep, response: RawResponse): void {
    const { counts, traits } = this.#run;
    const cacheStatus = header(response, "cache-status") ?? "";
    counts.requests++;
    if (/;\s*hit\b/.test(cacheStatus)) counts.hits++;
    if (/;\s*collapsed\b/.test(cacheStatus)) counts.collapsed++;
    const how = `${step.kind}, status ${response.status}, Cache-Status: ${cacheStatus}`;
    const version = versionIn(response);
    if (version === undefined) return this.#run.fault(`key ${step.key} was answered without a version: ${how}`);
    const tag = header(response, "etag");
    if (tag !== undefined) this.#tags.set(tagKey(step), tag);
    // Old content is old whatever the fields say that were put before it.
    const oldest = oldestVersionIn(response.body) ?? version;
    if (oldest < version) this.#run.see(reading, { version: oldest, how: `in the body, ${how}` });
    this.#run.see(reading, { version, how });
    const edition = { traits: traits[step.key]!, version, language: step.language };
    const wrong = wrongWith(response, step, edition);
    if (wrong !== undefined) this.#run.fault(`key ${step.key}, version ${version}: ${wrong}: ${how}`);
  }
}

/** The version of a whole, of a part, or of what was confirmed. */
function versionIn(response: RawResponse): number | undefined {
  if (response.status === 304) return versionOfTag(header(response, "etag"));
  if (response.status !== 200 && response.status !== 206) return undefined;
  const version = header(response, "x-version");
  return version === undefined ? undefined : Number(version);
}

/** Why this is not what the version says; also when bytes of several versions are mixed. */
function wrongWith(response: RawResponse, step: ReadStep, edition: Edition): string | undefined {
  if (response.status === 304) return step.kind === "condition" ? undefined : "304 without a condition";
  if (step.kind === "head") return undefined;
  const span = spanOf(response, edition.traits);
  if (response.status === 206 && (span === undefined || step.kind !== "range")) return "not the range asked for";
  const expected = contentOf(edition).slice(span?.first, span?.end);
  return response.body === expected ? undefined : `its bytes are not those of this version`;
}

function spanOf(response: RawResponse, traits: KeyTraits): { first: number; end: number } | undefined {
  const [, first, last, length] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header(response, "content-range") ?? "") ?? [];
  if (first === undefined || Number(length) !== contentLength(traits)) return undefined;
  return { first: Number(first), end: Number(last) + 1 };
}

function tagKey({ key, language }: ReadStep): string {
  return `${key} ${language}`;
}
