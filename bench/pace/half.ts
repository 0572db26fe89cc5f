import { RUNTIME_NAMES, type RuntimeName } from "../support/lacquer.ts";
import type { Answer, Verdict } from "./answer.ts";
import { askGenerator } from "./ask-generator.ts";
import { FAULT_HEAD, faultCells, REPORT_HEAD, reportCells } from "./cells.ts";
import { CONTENDER_TITLES, type ContenderName, PEER_NAMES } from "./contenders.ts";
import type { Field } from "./field.ts";
import { maximumRate } from "./maximum.ts";
import { middleReport } from "./middle-report.ts";
import type { PaceReport } from "./pace-order.ts";
import type { Rounds } from "./steady.ts";

const CONNECTIONS = 64;
const WARM_SECONDS = 0.5;
const MAXIMUM_SECONDS = 2;

/** How many times the 99th percentile of nginx that of Lacquer on Bun may be. */
const BOUND = 1.5;

/** One contender at half of what Lacquer does on one runtime. */
interface Heat {
  readonly runtime: RuntimeName;
  readonly name: ContenderName;
  readonly port: number;
  readonly rate: number;
  readonly reports: PaceReport[];
}

interface Result extends Heat {
  readonly report: PaceReport;
}

/** The tails under load: Lacquer at half of its own maximum, and its peers at the same rate. */
export async function answerHalf(field: Field, { rounds, seconds }: Rounds): Promise<Answer> {
  const maxima = await measureMaxima(field);
  const heats = RUNTIME_NAMES.filter((runtime) => field.ports.has(runtime)).flatMap((runtime) => {
    const rate = maxima.get(runtime)! / 2;
    const names = [runtime, ...PEER_NAMES.filter((name) => field.ports.has(name))];
    return names.map((name): Heat => ({ runtime, name, port: field.ports.get(name)!, rate, reports: [] }));
  });
  for (let round = 0; round < rounds; round++) {
    for (const { port, rate, reports } of heats) {
      const order = { port, connections: CONNECTIONS, rate, seconds, warmSeconds: WARM_SECONDS };
      reports.push(await askGenerator(field.workplace, order));
    }
  }
  return render(heats.map((heat) => ({ ...heat, report: middleReport(heat.reports) })), maxima);
}

async function measureMaxima(field: Field): Promise<ReadonlyMap<ContenderName, number>> {
  const maxima = new Map<ContenderName, number>();
  for (const [name, port] of field.ports) maxima.set(name, await maximumRate(port, MAXIMUM_SECONDS));
  return maxima;
}

function render(results: readonly Result[], maxima: ReadonlyMap<ContenderName, number>): Answer {
  const head = ["half, µs", "requests/s", "of maximum", ...REPORT_HEAD, "p99 × nginx", "queued", ...FAULT_HEAD];
  const body = results.map((result) => {
    const { name, rate, report } = result;
    const share = percent(rate / maxima.get(name)!);
    const queued = percent(report.queued);
    const ratio = ratioToNginx(results, result)?.toFixed(2) ?? "";
    const figures = [...reportCells(report), ratio, queued, ...faultCells(report)];
    return [CONTENDER_TITLES[name], rate.toFixed(0), share, ...figures];
  });
  const most = [...maxima].map(([name, rate]) => `${CONTENDER_TITLES[name]} ${rate.toFixed(0)}`).join(", ");
  const bun = results.find(({ name }) => name === "bun");
  const ratio = bun && ratioToNginx(results, bun);
  return {
    caption: `Hits of 10 KB at half the maximum of Lacquer, over ${CONNECTIONS} connections. Maxima: ${most}`,
    table: [head, ...body],
    verdicts: ratio === undefined ? [] : [judge(ratio)],
  };
}

/** The 99th percentile of a result, in those of nginx at the same rate. */
function ratioToNginx(results: readonly Result[], { runtime, report }: Result): number | undefined {
  const nginx = results.find((other) => other.runtime === runtime && other.name === "nginx");
  return nginx && report.latency.p99 / nginx.report.latency.p99;
}

function judge(ratio: number): Verdict {
  const text = `p99 of Lacquer on Bun at half its maximum ${ratio.toFixed(2)} × that of nginx, bound ${BOUND}`;
  return { isHeld: ratio <= BOUND, text };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}
