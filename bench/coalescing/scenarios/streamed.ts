import { type Answer, ask } from "../crowd.ts";
import { judge } from "../judge.ts";
import { CHUNK_BYTES, numberedText } from "../plan.ts";
import { atMost, exactly, type Scenario, times } from "../scenario.ts";

const CLIENTS = 50;
const CHUNKS = 16;
const LEAVES_AFTER_MS = 400;

export const streamed: Scenario = {
  point: 6,
  rows: [{
    id: "6",
    title: "50 on a stream of 1.5 s, first hangs up at 0.4 s",
    bound: "1 request, first byte +30 ms, 49 whole",
  }],
  async play(stage) {
    const directory = stage.newDirectory();
    const path = `/${directory}/stream`;
    const fields = { "Cache-Control": "max-age=60" };
    await stage.origin.plan(directory, { fields, body: { kind: "paced", chunks: CHUNKS, everyMs: 100 } });
    const asked = times(CLIENTS, () => ({ path }));
    const { answers } = await ask(asked, { port: stage.port, firstLeavesAfter: LEAVES_AFTER_MS });
    const { requests, firstByteAt = NaN } = await stage.origin.seen(path);
    const whole = numberedText(path, CHUNKS * CHUNK_BYTES);
    const { right, wrong } = judge(answers, ({ body }) => body.equals(whole));
    const late = slowestFirstByte(answers) - firstByteAt;
    return [{
      facts: [`${requests} req`, `+${late.toFixed(0)} ms`, `${right} whole`, ...(wrong > 0 ? [`${wrong} WRONG`] : [])],
      misses: [
        ...exactly("origin requests", requests, 1),
        ...exactly("whole answers", right, CLIENTS - 1),
        ...exactly("wrong answers", wrong, 0),
      ],
      ms: late,
      late: atMost("ms after the origin's first byte", late, 30),
    }];
  },
};

function slowestFirstByte(answers: readonly Answer[]): number {
  const stayed = answers.filter(({ ended }) => ended !== "left");
  return Math.max(...stayed.map(({ firstByteAt }) => firstByteAt ?? Infinity));
}
