import { runCurl } from "./curl.ts";
import { type Proxy, startLoop, startProxy } from "./proxy.ts";
import { renderStep } from "./render-step.ts";
import { type ScriptedOrigin, startScriptedOrigin } from "./scripted-origin.ts";
import type { OriginAnswer, Story } from "./story.ts";
import { wrap } from "./wrap.ts";

/** Where stories are played, one after the other: a proxy before a scripted origin. */
export interface Stage {
  /** The section of the page that a story makes. */
  play(story: Story): Promise<string>;
  close(): Promise<void>;
}

/** Whether the runtime of this process has a listener that sends interim responses. */
const CAN_INFORM = !("Bun" in globalThis || "Deno" in globalThis);

/** Whether a story can be played on the runtime of this process. */
export function isPlayable({ informs = false }: Story): boolean {
  return CAN_INFORM || !informs;
}

/** Starts the proxy and its origin. */
export async function openStage(): Promise<Stage> {
  const origin = await startScriptedOrigin();
  const proxy = await startProxy(origin.url);
  return {
    async play(story) {
      const { title, about, answer } = story;
      const steps = await (answer === undefined ? playAlone(story) : playBefore(answer, story, { origin, proxy }));
      return [`## ${title}`, wrap(about), ...steps].join("\n\n");
    },
    async close() {
      await proxy.stop();
      await origin.close();
    },
  };
}

interface Cast {
  readonly origin: ScriptedOrigin;
  readonly proxy: Proxy;
}

async function playBefore(answer: OriginAnswer, { steps }: Story, { origin, proxy }: Cast): Promise<string[]> {
  origin.play(answer);
  const rendered: string[] = [];
  for (const step of steps) {
    const output = await runCurl(step.curl, proxy.port);
    rendered.push(renderStep(step, output, await origin.visits(step.refreshes ? 1 : 0)));
  }
  return rendered;
}

/** Plays a story on a proxy that is its own origin. */
async function playAlone({ steps }: Story): Promise<string[]> {
  const proxy = await startLoop();
  try {
    const rendered: string[] = [];
    for (const step of steps) rendered.push(renderStep(step, await runCurl(step.curl, proxy.port), undefined));
    return rendered;
  } finally {
    await proxy.stop();
  }
}
