import { type Answer, ask } from "../crowd.ts";
import { refusedConnects } from "../proc.ts";
import { atMost, exactly, type Scenario, times } from "../scenario.ts";

export const unavailable: Scenario = {
  point: 5,
  rows: [{ id: "5a", title: "100 on a 503 no-store", bound: "5 requests, 700 ms, all 5xx" }],
  async play(stage) {
    const directory = stage.newDirectory();
    const path = `/${directory}/page`;
    const fields = { "Cache-Control": "no-store" };
    await stage.origin.plan(directory, { status: 503, fields, body: { kind: "named" } });
    const { answers, wallMs } = await ask(times(100, () => ({ path })), { port: stage.port });
    const { requests, connections } = await stage.origin.seen(path);
    const others = count(answers, ({ status }) => status < 500);
    return [{
      facts: [`${requests} req`, `${wallMs.toFixed(0)} ms`, ...otherFacts(others)],
      misses: [
        ...atMost("origin requests", requests, 5),
        ...atMost("origin connections", connections, 5),
        ...exactly("answers that are no 5xx", others, 0),
      ],
      ms: wallMs,
      late: atMost("ms", wallMs, 700),
    }];
  },
};

export const refused: Scenario = {
  point: 5,
  rows: [{ id: "5b", title: "1000 on a refused connection", bound: "5 connects, 1500 ms, all 502–504" }],
  async play(stage) {
    const path = `/${stage.newDirectory()}/page`;
    await stage.origin.close();
    const before = await refusedConnects();
    const { answers, wallMs } = await ask(times(1000, () => ({ path })), { port: stage.port });
    const connects = await refusedConnects() - before;
    const others = count(answers, ({ status }) => status < 502 || status > 504);
    return [{
      facts: [`${connects} connects`, `${wallMs.toFixed(0)} ms`, ...otherFacts(others)],
      misses: [
        ...atMost("connects", connects, 5),
        ...exactly("answers that are no 502, 503 or 504", others, 0),
      ],
      ms: wallMs,
      late: atMost("ms", wallMs, 1500),
    }];
  },
};

function otherFacts(others: number): string[] {
  return others > 0 ? [`${others} other`] : [];
}

function count(answers: readonly Answer[], test: (answer: Answer) => boolean): number {
  return answers.filter(test).length;
}
