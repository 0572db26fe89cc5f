// Appends to a journal of purges until it is killed, several at once, and rewrites it now and then. Prints each
// sequence once it is acknowledged: what is printed must be found afterwards.
import { writeSync } from "node:fs";
import process from "node:process";
import type { PurgeRecord } from "../../src/invalidation/purge-request.ts";
import { openPurgeJournal } from "../../src/runtime/purge-journal.ts";
import { Draw } from "./coalescing-draw.ts";
import { purgeRecord } from "./purge-records.ts";

const [directory = "", seed] = process.argv.slice(2);
const draw = new Draw(Number(seed));
const { log, records, lost } = await openPurgeJournal(directory);
if (lost) throw new Error("Cannot go on: the journal is damaged");
const known: PurgeRecord[] = [...records];
let sequence = known.at(-1)?.sequence ?? 0;

async function append(): Promise<void> {
  const record = purgeRecord(++sequence);
  known.push(record);
  await log.append(record);
  writeSync(1, `${record.sequence}\n`);
}

for (;;) {
  const under = Array.from({ length: 1 + draw.below(8) }, append);
  if (draw.chance(20)) under.push(log.rewrite(known));
  await draw.pick(under);
}
