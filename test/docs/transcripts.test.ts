import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { isPlayable, openStage, type Stage } from "../../scripts/transcripts/stage.ts";
import { STORIES } from "../../scripts/transcripts/stories.ts";
import { OPENING, TRANSCRIPTS_PAGE } from "../../scripts/transcripts/transcripts-page.ts";

const OUTDATED = "docs/transcripts.md is not what it would be now: run npm run docs";

/** On a busy machine a request comes this much later than when the page was written, at most. In seconds. */
const SLACK = 5;

const AGES = /(?<=\bAge: |\bttl=)-?\d+/g;

test("docs/transcripts.md has an opening and one section for each story", async () => {
  const [opening, ...sections] = sectionsOf(await readFile(TRANSCRIPTS_PAGE, "utf8"));
  assert.equal(opening, OPENING, OUTDATED);
  assert.deepEqual(sections.map(titleOf), STORIES.map(({ title }) => title), OUTDATED);
});

let stage: Stage;
before(async () => {
  stage = await openStage();
});
after(() => stage.close());

for (const story of STORIES.filter(isPlayable)) {
  test(`docs/transcripts.md shows what curl sees: ${story.title}`, async () => {
    const sections = sectionsOf(await readFile(TRANSCRIPTS_PAGE, "utf8"));
    const committed = sections.find((section) => titleOf(section) === story.title) ?? "";
    assert.equal(withAgesOf(committed, await stage.play(story)), committed, OUTDATED);
  });
}

function sectionsOf(page: string): string[] {
  return page.trimEnd().split(/\n\n(?=## )/);
}

function titleOf(section: string): string {
  return section.slice("## ".length, section.indexOf("\n"));
}

/** The section as it was played, with the ages of the committed one where they are nearly the same. */
function withAgesOf(committed: string, played: string): string {
  const ages = committed.match(AGES) ?? [];
  let next = 0;
  return played.replace(AGES, (age) => {
    const other = ages[next++] ?? age;
    return Math.abs(Number(age) - Number(other)) <= SLACK ? other : age;
  });
}
