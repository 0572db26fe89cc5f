import { ask, type CrowdResult } from "../crowd.ts";
import { judge, type Judgement } from "../judge.ts";
import { numberedText } from "../plan.ts";
import { atMost, exactly, type Scenario, type Stage, times } from "../scenario.ts";

const CLIENTS = 20;
const SIZE = 1024 * 1024;

export const cut: Scenario = {
  point: 7,
  rows: [{
    id: "7a",
    title: "20 on an origin that dies mid-body, no validator",
    bound: "nobody is told it was whole, nothing stored",
  }],
  async play(stage) {
    const directory = stage.newDirectory();
    const path = `/${directory}/file`;
    const plan = { fields: { "Cache-Control": "max-age=60" }, body: { kind: "numbered", size: SIZE } } as const;
    await stage.origin.plan(directory, { ...plan, body: { ...plan.body, cuts: 1000 } });
    const crowd = judgeAgainst(path, await askFor(path, CLIENTS, stage));
    const { requests } = await stage.origin.seen(path);
    await stage.origin.plan(directory, { ...plan, body: { ...plan.body, cuts: 0 } });
    const later = judgeAgainst(path, await askFor(path, 1, stage));
    const asked = (await stage.origin.seen(path)).requests - requests;
    return [{
      facts: [
        `${requests} req`,
        ...(crowd.wrong > 0 ? [`${crowd.wrong} WRONG`] : []),
        `${crowd.failed} cut off`,
        later.right === 1 ? "then whole" : "then NOT whole",
      ],
      misses: [
        ...exactly("wrong answers", crowd.wrong, 0),
        ...exactly("origin requests afterwards", asked, 1),
        ...exactly("whole answers afterwards", later.right, 1),
      ],
      ms: 0,
      late: [],
    }];
  },
};

export const resumed: Scenario = {
  point: 7,
  rows: [{ id: "7b", title: "the same with a strong ETag and ranges", bound: "all 20 whole, 2 requests" }],
  async play(stage) {
    const directory = stage.newDirectory();
    const path = `/${directory}/file`;
    const fields = { "Cache-Control": "max-age=60", "ETag": '"v1"', "Accept-Ranges": "bytes" };
    await stage.origin.plan(directory, { fields, body: { kind: "numbered", size: SIZE, cuts: 1 } });
    const { right, wrong } = judgeAgainst(path, await askFor(path, CLIENTS, stage));
    const { requests } = await stage.origin.seen(path);
    return [{
      facts: [`${requests} req`, `${right} whole`, ...(wrong > 0 ? [`${wrong} WRONG`] : [])],
      misses: [
        ...atMost("origin requests", requests, 2),
        ...exactly("whole answers", right, CLIENTS),
        ...exactly("wrong answers", wrong, 0),
      ],
      ms: 0,
      late: [],
    }];
  },
};

function askFor(path: string, clients: number, { port }: Stage): Promise<CrowdResult> {
  return ask(times(clients, () => ({ path })), { port });
}

function judgeAgainst(path: string, { answers }: CrowdResult): Judgement {
  const whole = numberedText(path, SIZE);
  return judge(answers, ({ body }) => body.equals(whole));
}
