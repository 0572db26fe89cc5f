import { type IncomingHttpHeaders, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { Contender } from "./contender.ts";
import type { Probe } from "./scenario.ts";

/** Storing may end a little after the answer has. */
const STORED_WITHIN_MS = 3000;
const PAUSE_MS = 20;

interface Answer {
  readonly status: number;
  readonly length: number;
  readonly fields: IncomingHttpHeaders;
}

/**
 * Throws, with what is wrong, when a contender does not answer as it must or its second answer is not from where it
 * must be. Answers of a contender without a store are looked at once.
 */
export async function prove(contender: Contender, port: number, probe: Probe): Promise<void> {
  checkAnswer(await ask(port, probe), probe);
  if (contender.isHit === undefined) return;
  const deadline = performance.now() + STORED_WITHIN_MS;
  do {
    const answer = await ask(port, probe);
    checkAnswer(answer, probe);
    const isHit = contender.isHit(answer.fields);
    if (probe.again === "no hit" && isHit) throw new Error(`${probe.path} comes from the store`);
    if (isHit || probe.again === "no hit") return;
    await sleep(PAUSE_MS);
  } while (performance.now() < deadline);
  throw new Error(`${probe.path} never comes from the store`);
}

function checkAnswer({ status, length }: Answer, probe: Probe): void {
  if (status !== probe.status) throw new Error(`${probe.path} is answered with status ${status}, not ${probe.status}`);
  if (length !== probe.length) throw new Error(`${probe.path} is answered with ${length} bytes, not ${probe.length}`);
}

/** As wrk would ask: `fetch` adds fields of its own. */
function ask(port: number, { path, fields }: Probe): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: "127.0.0.1", port, path, headers: { ...fields }, timeout: 5000, agent: false });
    asked.on("error", reject).on("timeout", () => asked.destroy(new Error(`${path} is not answered within 5 s`)));
    asked.on("response", (response) => {
      let length = 0;
      response.on("data", (bytes: Uint8Array) => length += bytes.length).on("error", reject);
      response.on("end", () => resolve({ status: response.statusCode ?? 0, length, fields: response.headers }));
    });
    asked.end();
  });
}
