import { RUNTIME_TITLES, type RuntimeName } from "../support/lacquer.ts";
import type { Findings, Side } from "./findings.ts";

export interface TableOptions {
  readonly names: readonly string[];
  readonly runtimes: readonly RuntimeName[];
  /** What the working tree is held against, if anything. */
  readonly against: string | undefined;
}

/** What cannot be told, or was not measured. */
const NOTHING = "–";

/** One line for each benchmark and runtime, as a Markdown table whose columns stand below each other. */
export function renderTable(findings: Findings, { names, runtimes, against }: TableOptions): string {
  const ratios = against === undefined ? [] : [`since ${shortName(against)}`];
  const head = ["Benchmark", "Runtime", "median µs", "p99 µs", "bytes/call", ...ratios];
  const rows = names.flatMap((name) =>
    runtimes.filter((runtime) => isKnown(findings, runtime, name)).map((runtime) => {
      const timing = findings.timing("ours", runtime, name);
      const ratio = against === undefined ? [] : [ratioOf(findings, runtime, name)];
      const numbers = [
        microseconds(timing?.medianNs),
        microseconds(timing?.p99Ns),
        bytes(findings.bytes(runtime, name)),
      ];
      return [name, RUNTIME_TITLES[runtime], ...numbers, ...ratio];
    })
  );
  return aligned([head, ...rows]);
}

/** One line for each benchmark that could not be run, and on which runtimes. */
export function renderSkipped(findings: Findings, side: Side, { names, runtimes }: TableOptions): string {
  return names.flatMap((name) => {
    const reasons = runtimes.map((runtime) => findings.skipped(side, runtime, name));
    const known = [...new Set(reasons.filter((reason) => reason !== undefined))];
    return known.map((reason) => {
      const where = runtimes.filter((_, index) => reasons[index] === reason).map((runtime) => RUNTIME_TITLES[runtime]);
      return `  ${name} (${where.join(", ")}): ${reason}`;
    });
  }).join("\n");
}

/** A commit by as much of its hash as tells it apart; other names in full. */
export function shortName(commit: string): string {
  return /^[0-9a-f]{40}$/.test(commit) ? commit.slice(0, 9) : commit;
}

function isKnown(findings: Findings, runtime: RuntimeName, name: string): boolean {
  return findings.timing("ours", runtime, name) !== undefined || findings.skipped("ours", runtime, name) !== undefined;
}

/** Below 1 is quicker than it was. */
function ratioOf(findings: Findings, runtime: RuntimeName, name: string): string {
  const ours = findings.timing("ours", runtime, name);
  const theirs = findings.timing("theirs", runtime, name);
  return ours && theirs ? `${(ours.medianNs / theirs.medianNs).toFixed(2)} ×` : NOTHING;
}

/** With three digits that count. */
export function microseconds(nanoseconds: number | undefined): string {
  if (nanoseconds === undefined) return NOTHING;
  const value = nanoseconds / 1000;
  return value >= 100
    ? value.toFixed(0)
    : value >= 10
    ? value.toFixed(1)
    : value >= 1
    ? value.toFixed(2)
    : value.toFixed(3);
}

function bytes(count: number | undefined): string {
  return count === undefined ? NOTHING : count.toFixed(0);
}

/** Words to the left, numbers to the right. */
function aligned(lines: readonly (readonly string[])[]): string {
  const widths = lines[0]!.map((_, column) => Math.max(...lines.map((line) => line[column]!.length)));
  const isWords = (column: number) => column < 2;
  const render = (line: readonly string[]) => {
    const cells = line.map((text, column) =>
      isWords(column) ? text.padEnd(widths[column]!) : text.padStart(widths[column]!)
    );
    return `| ${cells.join(" | ")} |`;
  };
  const rule = widths.map((width, column) => isWords(column) ? "-".repeat(width) : `${"-".repeat(width - 1)}:`);
  const [head, ...rows] = lines;
  return [head!, rule, ...rows].map(render).join("\n");
}
