import type { ContenderName } from "../../../bench/speed/contender.ts";
import type { Failed, Figures, Measured } from "../../../bench/speed/figures.ts";

/** Figures of a run with these scenarios, whose titles are their names. */
export function figuresOf(measured: readonly Measured[], failed: readonly Failed[] = []): Figures {
  const names = [...new Set([...measured, ...failed].map(({ scenario }) => scenario))];
  return {
    machine: ["2 × Example, 4 GiB", "Lacquer 0.0.0"],
    rounds: 3,
    seconds: 1,
    scenarios: names.map((name) => ({ name, title: name })),
    measured,
    failed,
  };
}

/** One contender that did so many requests per second in each round. */
export function measuredAt(scenario: string, contender: ContenderName, options: {
  rates: readonly number[];
  mark?: string;
  busy?: number;
  own?: number;
}): Measured {
  const { rates, mark = "", busy = 1, own = 1 } = options;
  return {
    ...{ scenario, contender, mark, rates },
    p50s: rates.map(() => 1000),
    p99s: rates.map(() => 2500),
    busy: rates.map(() => busy),
    own: rates.map(() => own),
  };
}
