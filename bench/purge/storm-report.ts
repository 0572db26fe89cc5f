import type { Answer, Verdict } from "../pace/answer.ts";
import { micros } from "../pace/cells.ts";
import type { PaceReport } from "../pace/pace-order.ts";
import { RUNTIME_TITLES, type RuntimeName } from "../support/lacquer.ts";
import type { Table } from "../support/table.ts";
import type { StormOrder, StormReport } from "./storm-order.ts";

/** The storms: tags and bans at a rate, and as many requests as are answered. */
export const STORMS = {
  "tags, 100 a request": { items: "tags", perRequest: 100, rate: 100 },
  "bans, 100 a request": { items: "bans", perRequest: 100, rate: 100 },
  "tags, one a request": { items: "tags", perRequest: 1 },
} as const satisfies Readonly<Record<string, Pick<StormOrder, "items" | "perRequest" | "rate">>>;

export type StormName = keyof typeof STORMS;

export interface StormFinding {
  readonly runtime: RuntimeName;
  readonly name: StormName;
  /** Hits per second. */
  readonly rate: number;
  readonly before: PaceReport;
  readonly during: PaceReport;
  readonly sent: StormReport;
  /** At most, of what is held of purges. */
  readonly scopes: number;
  readonly bans: number;
  /** Resident bytes of the process. */
  readonly memory: { readonly before: number; readonly samples: readonly number[]; readonly after: number };
}

const MIB = 1024 ** 2;

const LATENCY_BOUND = 3;

/** What a storm may add to the memory of a process. */
const MEMORY_BOUND = 256 * MIB;

/** Of the rate that is asked for, so much has to be reached. */
const RATE_BOUND = 0.98;

/** As many bans as are held at most. */
const MAX_BANS = 1_000;

const HEAD = [
  "storm",
  "items/s",
  "200",
  "429",
  "others",
  "answered, p99 ms",
  "MiB before",
  "at most",
  "after",
  "epochs at most",
  "bans at most",
  "hits/s",
  "p99 before, µs",
  "p99 meanwhile, µs",
  "ratio",
  "generator late, p99",
];

/** One line for each runtime and storm. */
export function renderStorm(findings: readonly StormFinding[]): Answer {
  return {
    caption: "Purges through the admin API of `lacquer`, no two of which name the same, with 10,000 responses stored " +
      "and hits of 10 KB at a quarter of the most that it answers. Answers by their status, resident memory, and what " +
      "is held of purges",
    table: tableOf(findings),
    verdicts: findings.flatMap(judge),
  };
}

function tableOf(findings: readonly StormFinding[]): Table {
  const body = findings.map((finding) => {
    const { runtime, name, rate, before, during, sent, memory, scopes, bans } = finding;
    return [
      `${RUNTIME_TITLES[runtime]}, ${name}`,
      itemsPerSecond(finding).toFixed(0),
      String(count(sent, "200")),
      String(count(sent, "429")),
      String(others(sent)),
      sent.answered.p99.toFixed(1),
      mib(memory.before),
      mib(Math.max(...memory.samples)),
      mib(memory.after),
      String(scopes),
      String(bans),
      rate.toFixed(0),
      micros(before.latency.p99),
      micros(during.latency.p99),
      ratioOf(finding).toFixed(2),
      micros(during.lateness.p99),
    ];
  });
  return [HEAD, ...body];
}

function judge(finding: StormFinding): readonly Verdict[] {
  const { runtime, name, sent, memory, bans } = finding;
  const title = `${RUNTIME_TITLES[runtime]}, ${name}`;
  const growth = Math.max(...memory.samples) - memory.before;
  const held = [
    { isHeld: others(sent) === 0, text: `${title}: ${others(sent)} answers other than 200 and 429, bound 0` },
    { isHeld: growth <= MEMORY_BOUND, text: `${title}: ${mib(growth)} MiB more memory, bound ${mib(MEMORY_BOUND)}` },
  ];
  if (STORMS[name].items === "bans") held.push(judgeBans(title, bans, sent));
  return "rate" in STORMS[name] ? [...held, ...judgeRate(title, finding)] : held;
}

/** More than the cap are never held, and those beyond it are refused. */
function judgeBans(title: string, bans: number, sent: StormReport): Verdict {
  return {
    isHeld: bans <= MAX_BANS && count(sent, "429") > 0,
    text: `${title}: ${bans} bans held at most, bound ${MAX_BANS}, and ${count(sent, "429")} requests refused`,
  };
}

function judgeRate(title: string, finding: StormFinding): readonly Verdict[] {
  const { rate, perRequest } = STORMS[finding.name] as { rate: number; perRequest: number };
  const [reached, wanted] = [itemsPerSecond(finding), rate * perRequest];
  const ratio = ratioOf(finding);
  return [
    { isHeld: reached >= wanted * RATE_BOUND, text: `${title}: ${reached.toFixed(0)} items/s of ${wanted} were sent` },
    {
      isHeld: ratio <= LATENCY_BOUND,
      text: `${title}: p99 of hits meanwhile ${ratio.toFixed(2)} × that before, bound ${LATENCY_BOUND}`,
    },
  ];
}

function itemsPerSecond({ name, sent }: StormFinding): number {
  const requests = Object.values(sent.statuses).reduce((sum, one) => sum + one, 0);
  return requests * STORMS[name].perRequest / sent.seconds;
}

function ratioOf({ before, during }: StormFinding): number {
  return during.latency.p99 / before.latency.p99;
}

function count({ statuses }: StormReport, status: string): number {
  return statuses[status] ?? 0;
}

function others({ statuses }: StormReport): number {
  return Object.entries(statuses).reduce(
    (sum, [status, one]) => status === "200" || status === "429" ? sum : sum + one,
    0,
  );
}

function mib(bytes: number): string {
  return (bytes / MIB).toFixed(0);
}
