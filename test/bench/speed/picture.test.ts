import assert from "node:assert/strict";
import { test } from "node:test";
import { CONTENDER_NAMES } from "../../../bench/speed/contender.ts";
import { drawPicture } from "../../../bench/speed/picture.ts";
import { figuresOf, measuredAt } from "./example-figures.ts";

/** So wide is a letter at most, in pixels. */
const LETTER = 7;

interface Text {
  readonly left: number;
  readonly right: number;
  readonly y: number;
  readonly content: string;
}

/** All texts of a picture and the room they take. */
function textsOf(picture: string): Text[] {
  return [...picture.matchAll(/<text x="([\d.]+)" y="([\d.]+)"([^>]*)>([^<]*)</g)].map((found) => {
    const [x, y] = [Number(found[1]), Number(found[2])];
    const width = found[4]!.length * LETTER;
    const left = found[3]!.includes('"end"') ? x - width : x;
    return { left, right: left + width, y, content: found[4]! };
  });
}

const FIGURES = figuresOf(
  ["hit", "pass", "log"].flatMap((scenario) =>
    CONTENDER_NAMES.map((contender, index) => measuredAt(scenario, contender, { rates: [100_000 + 20_000 * index] }))
  ),
);

test("drawPicture() has one bar for each contender of each scenario, and no text over another", () => {
  const picture = drawPicture(FIGURES);
  assert.equal([...picture.matchAll(/<rect x=/g)].length, 3 * CONTENDER_NAMES.length);
  const texts = textsOf(picture).filter(({ content }) => content !== "");
  for (const [index, one] of texts.entries()) {
    for (const other of texts.slice(index + 1)) {
      const apart = Math.abs(one.y - other.y) >= 12 || one.right <= other.left || other.right <= one.left;
      assert.ok(apart, `"${one.content}" and "${other.content}" overlap`);
    }
  }
});

test("drawPicture() keeps everything inside its borders", () => {
  const picture = drawPicture(FIGURES);
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(picture)!.map(Number);
  for (const { left, right, y, content } of textsOf(picture)) {
    assert.ok(left >= 0 && right <= width! && y <= height!, `"${content}" is outside`);
  }
});

test("drawPicture() leaves out a scenario without nginx, which there is no ratio to", () => {
  const picture = drawPicture(figuresOf([measuredAt("hit", "varnish", { rates: [1] })]));
  assert.doesNotMatch(picture, /<rect x=/);
});
