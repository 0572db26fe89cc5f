import type { Answer, Verdict } from "./answer.ts";
import { askGenerator } from "./ask-generator.ts";
import { FAULT_HEAD, faultCells, micros, REPORT_HEAD, reportCells } from "./cells.ts";
import { CONTENDER_TITLES, type ContenderName } from "./contenders.ts";
import type { Field } from "./field.ts";
import { middleReport } from "./middle-report.ts";
import type { PaceReport } from "./pace-order.ts";

const PER_MINUTE = 97_000;
const CONNECTIONS = 16;
const WARM_SECONDS = 0.5;

/** Microseconds that the median of a hit on Bun may lie above that of the bare socket. */
const ABOVE_SOCKET = 38;

export interface Rounds {
  readonly rounds: number;
  readonly seconds: number;
}

/** What a hit takes when there is little to do: the same modest rate for everyone, beside the bare socket server. */
export async function answerSteady(field: Field, { rounds, seconds }: Rounds): Promise<Answer> {
  const reports = new Map<ContenderName, PaceReport[]>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, port] of field.ports) {
      const order = { port, connections: CONNECTIONS, rate: PER_MINUTE / 60, seconds, warmSeconds: WARM_SECONDS };
      const report = await askGenerator(field.workplace, order);
      reports.set(name, [...reports.get(name) ?? [], report]);
    }
  }
  return render([...reports].map(([name, several]) => [name, middleReport(several)]));
}

type Result = readonly [ContenderName, PaceReport];

function render(results: readonly Result[]): Answer {
  const floor = results.find(([name]) => name === "socket")?.[1].latency.median;
  const above = (report: PaceReport) => floor === undefined ? NaN : report.latency.median - floor;
  const head = ["steady, µs", ...REPORT_HEAD, "median above socket", ...FAULT_HEAD];
  const body = results.map(([name, report]) => {
    const distance = Number.isNaN(above(report)) ? "" : micros(above(report));
    return [CONTENDER_TITLES[name], ...reportCells(report), distance, ...faultCells(report)];
  });
  const bun = results.find(([name]) => name === "bun")?.[1];
  return {
    caption: `A hit of 10 KB, ${PER_MINUTE.toLocaleString("en")} requests a minute over ${CONNECTIONS} connections`,
    table: [head, ...body],
    verdicts: bun === undefined || floor === undefined ? [] : [judge(above(bun))],
  };
}

function judge(above: number): Verdict {
  const text = `median of Lacquer on Bun ${micros(above)} µs above the bare socket, bound ${ABOVE_SOCKET} µs`;
  return { isHeld: above <= ABOVE_SOCKET, text };
}
