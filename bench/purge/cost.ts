import type { Workplace } from "../support/workplace.ts";
import type { Answer } from "../pace/answer.ts";
import { askWorker } from "./ask-worker.ts";
import { renderCost } from "./cost-report.ts";
import type { CostFinding } from "./message.ts";
import type { Options } from "./options.ts";

/** What a purge takes, beside how much is stored. */
export async function answerCost(workplace: Workplace, { runtimes, effort }: Options): Promise<Answer> {
  const findings: CostFinding[] = [];
  for (const runtime of runtimes) {
    for (const stored of effort.sizes) {
      findings.push(await askWorker<CostFinding>(workplace, "cost-worker", { runtime, stored }));
    }
  }
  return renderCost(findings);
}
