import { setTimeout } from "node:timers/promises";
import type { EngineStats } from "../../src/engine/engine-stats.ts";
import type { Answer } from "../pace/answer.ts";
import { askGenerator } from "../pace/ask-generator.ts";
import type { Workplace } from "../support/workplace.ts";
import { type AdminLacquer, startAdminLacquer } from "./admin-lacquer.ts";
import { askSender } from "./ask-sender.ts";
import { hitsOrder, pageIsReady } from "./hits-meanwhile.ts";
import type { Options } from "./options.ts";
import { MemoryWatch, residentBytes } from "./resident-memory.ts";
import type { StormOrder } from "./storm-order.ts";
import { askForAll, startOrigin } from "./storm-origin.ts";
import { renderStorm, type StormFinding, type StormName, STORMS } from "./storm-report.ts";

const STORED = 10_000;
const ADMIN_CONNECTIONS = 4;

/** The storm begins before hits are measured, and ends after. */
const LEAD_SECONDS = 0.5;
const TAIL_SECONDS = 1.5;

/** Until memory is looked at again when the storm is over. */
const REST_MS = 5000;

const STATS_EVERY_MS = 500;

/** A storm like the one that counts, until the compiler of the runtime has done what it can. */
const PRACTICE_SECONDS = 3;

/** What very many purges do to a proxy and its hits. */
export async function answerStorm(workplace: Workplace, { runtimes, effort }: Options): Promise<Answer> {
  const origin = await startOrigin();
  const findings: StormFinding[] = [];
  try {
    for (const runtime of runtimes) {
      for (const name of Object.keys(STORMS) as StormName[]) {
        const lacquer = await startAdminLacquer(workplace, runtime, origin.port);
        const facts = await weather(workplace, lacquer, { name, seconds: effort.stormSeconds });
        findings.push({ runtime, name, ...facts });
        await workplace.stop(lacquer.child);
      }
    }
  } finally {
    origin.close();
  }
  return renderStorm(findings);
}

interface Storm {
  readonly name: StormName;
  readonly seconds: number;
}

async function weather(
  workplace: Workplace,
  { port, admin, child }: AdminLacquer,
  { name, seconds }: Storm,
): Promise<Omit<StormFinding, "runtime" | "name">> {
  await pageIsReady(port);
  await askForAll(port, STORED);
  const order = await hitsOrder(port, seconds);
  const storm: Omit<StormOrder, "name" | "seconds"> = {
    ...STORMS[name],
    port: Number(new URL(admin.url).port),
    token: admin.token,
    connections: ADMIN_CONNECTIONS,
  };
  const practice = { ...order, seconds: PRACTICE_SECONDS };
  await Promise.all([
    askSender(workplace, { ...storm, name: "practice", seconds: PRACTICE_SECONDS }),
    askGenerator(workplace, practice),
  ]);
  await setTimeout(REST_MS);
  const before = await askGenerator(workplace, order);
  const bytesBefore = await residentBytes(child.pid!);
  const memory = new MemoryWatch(child.pid!);
  const figures = new FigureWatch({ url: admin.url, token: admin.token });
  const stormSeconds = LEAD_SECONDS + order.warmSeconds + seconds + TAIL_SECONDS;
  const sending = askSender(workplace, { ...storm, name: "storm", seconds: stormSeconds });
  await setTimeout(LEAD_SECONDS * 1000);
  const during = await askGenerator(workplace, order);
  const sent = await sending;
  memory.stop();
  const { scopes, bans } = figures.stop();
  await setTimeout(REST_MS);
  const bytesAfter = await residentBytes(child.pid!);
  return {
    rate: order.rate,
    before,
    during,
    sent,
    scopes,
    bans,
    memory: { before: bytesBefore, samples: memory.samples, after: bytesAfter },
  };
}

/** The most that the admin API tells of purges that are still to be carried out. */
class FigureWatch {
  #scopes = 0;
  #bans = 0;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor({ url, token }: AdminLacquer["admin"]) {
    const headers = { "Authorization": `Bearer ${token}` };
    this.#timer = setInterval(() => {
      fetch(`${url}/v1/stats`, { headers }).then(async (response) => {
        const { purging } = await response.json() as EngineStats;
        this.#scopes = Math.max(this.#scopes, purging.scopes);
        this.#bans = Math.max(this.#bans, purging.bans);
      }).catch(() => {}); // what is missed once is seen the next time
    }, STATS_EVERY_MS);
  }

  stop(): { scopes: number; bans: number } {
    clearInterval(this.#timer);
    return { scopes: this.#scopes, bans: this.#bans };
  }
}
