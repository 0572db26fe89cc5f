/** docs/stale.md: what was measured, in a form to be read. */
import { page, paragraph, table } from "./markdown.ts";
import {
  BASES,
  cacheControlOf,
  MOMENTS,
  ORIGIN_STATES,
  type OriginState,
  type Reachability,
  REQUEST_WISHES,
  STALE_CASES,
  type StaleCase,
  STORED_STATES,
  type Use,
  USE_MEANINGS,
  USES,
  WINDOW_SOURCES,
} from "./stale-cases.ts";
import type { Measured, StaleTruth } from "./stale-measure.ts";

export const STALE_PAGE = "docs/stale.md";

/** The whole page. */
export function renderStalePage(truth: StaleTruth): string {
  const behaviours = groupCases(truth);
  return page(
    "# Stale use",
    paragraph(`What becomes of a request when what is stored is no longer fresh, or the origin is in trouble. Every cell
      below was measured: \`npm run docs\` puts the cases to the engine, with an origin and a clock that do as they are
      told, and writes this page. \`test/scenario/stale-table.test.ts\` compares each cell with the rules of the RFCs.`),
    INTRODUCTION,
    "## Words",
    renderWords(),
    "## Which table applies",
    paragraph(`The columns say how the stored response is fresh for ten seconds, the rows what else it says, or what is
      configured under \`freshness\`. What the response says outweighs the configuration. All responses have an entity
      tag, so the origin can be asked to confirm them. \`keep\` is 600 seconds.`),
    renderIndex(behaviours),
    ...behaviours.map(renderBehaviour),
    paragraph(
      `The errors in these tables say nothing of a freshness of their own, and so never take the place of what is
      stored: the next request still finds it, until \`keep\` ends. The body that is cut short has a \`Content-Length\`;
      one without, or of more than 64 KiB, is sent on as it comes, so that nothing can stand in for it.`,
    ),
    "## What the client asks",
    paragraph(`\`Cache-Control\` of a request counts when it comes from a trusted peer. From anybody else it is ignored:
      the first row of each table applies. The response was made with \`max-age=10\`, and has the age 5 where it is fresh
      and 15 where it is stale; in the window, it also says \`stale-while-revalidate=20\`.`),
    "The origin answers, and confirms what has not changed:",
    renderWishes(truth, "up"),
    "The origin refuses the connection:",
    renderWishes(truth, "down"),
    paragraph(`With \`stale-if-error\` a response stands in for the origin that is itself still fresh, where the client
      wanted it confirmed or fresher. The 504 of \`only-if-cached\` is sent at once, and the origin is not asked.`),
  );
}

const INTRODUCTION = page(
  "## Four windows",
  paragraph(`A stored response is **fresh** for its freshness lifetime and is then used without asking anybody (RFC 9111
    §4.2). After that it is stale. Three windows open at the same moment, and each closes on its own:`),
  [
    bullet(`**stale-while-revalidate**: it is delivered at once, and the origin is asked behind the client's back
      (RFC 5861 §3).`),
    bullet(
      `**stale-if-error**: the client waits for the origin; if that fails, the stale response is delivered (RFC 5861
      §4).`,
    ),
    bullet(
      `**keep**: the origin is asked whether it still holds, which saves sending it again (RFC 9111 §4.3). It is not
      used unless the origin says so.`,
    ),
  ].join("\n"),
  paragraph(`After all of them it is as if nothing were stored. For \`max-age=10, stale-while-revalidate=20,
    stale-if-error=60\`:`),
  `\`\`\`
age       0          10                         30                       70                       610 s
          |- fresh --|
                     |- stale-while-revalidate -|
                     |- stale-if-error -----------------------------------|
                     |- keep ------------------------------------------------------------------------|
asked at       5                   15                        45                       120              700 s
\`\`\``,
  paragraph(
    `\`must-revalidate\`, \`proxy-revalidate\`, \`s-maxage\` and \`no-cache\` close the first two windows, whatever
    else the response or the configuration says (RFC 9111 §4.2.4, §5.2.2.2, §5.2.2.8, §5.2.2.10). With \`no-cache\` even
    the fresh response has to be confirmed before each use (§5.2.2.4). \`immutable\` says nothing of stale use (RFC
    8246).`,
  ),
).trimEnd();

function bullet(text: string): string {
  return paragraph(`- ${text}`).replaceAll("\n", "\n  ");
}

function renderWords(): string {
  const rows = USES.map((use) => {
    const { meaning, waits } = USE_MEANINGS[use];
    return [`\`${use}\``, meaning, waits ? "yes" : "no"];
  });
  return table(["Word", "What the client gets", "Waits for the origin"], rows);
}

/** Stored responses that are used alike in every case. */
interface Behaviour {
  readonly letter: string;
  readonly cases: readonly StaleCase[];
  readonly cells: readonly (readonly Measured[])[];
}

function groupCases({ cases }: StaleTruth): Behaviour[] {
  const groups = Map.groupBy(STALE_CASES, (stored) => JSON.stringify(cases.get(stored)));
  return [...groups.values()].map((alike, i) => ({
    letter: String.fromCharCode("A".charCodeAt(0) + i),
    cases: alike,
    cells: cases.get(alike[0]!)!,
  }));
}

function renderIndex(behaviours: readonly Behaviour[]): string {
  const letterOf = (stored: StaleCase) => behaviours.find(({ cases }) => cases.includes(stored))!.letter;
  const rows = WINDOW_SOURCES.map((windows) => [
    windows.name,
    ...STALE_CASES.filter((stored) => stored.windows === windows).map(letterOf),
  ]);
  return table(["It also says", ...BASES.map((base) => `\`${base}\``)], rows);
}

function renderBehaviour({ letter, cases: [example], cells }: Behaviour): string {
  const configured = Object.entries(example!.windows.configured).map(([name, seconds]) => `${name}: ${seconds}`);
  const and = configured.length === 0 ? "" : `, with \`${configured.join(", ")}\` configured`;
  const rows = MOMENTS.map(({ age }, moment) => [
    `${age} s`,
    ...COLUMNS.map(({ states }) => oneUse(states.map((state) => cells[moment]![ORIGIN_STATES.indexOf(state)]!.use))),
  ]);
  return page(
    `### Table ${letter}`,
    paragraph(`As for \`${cacheControlOf(example!)}\`${and}.`),
    table(["Age", ...COLUMNS.map(({ title }) => title)], rows),
  ).trimEnd();
}

interface Column {
  readonly title: string;
  /** What gives the same word in every case. */
  readonly states: readonly OriginState[];
}

const COLUMNS: readonly Column[] = [
  { title: "200, slow or not", states: ["200", "200, slow"] },
  { title: "304", states: ["304"] },
  { title: "404", states: ["404"] },
  { title: "500, 502, 503, 504", states: ["500", "502", "503", "504"] },
  { title: "refused, reset", states: ["refused", "reset"] },
  { title: "no first byte", states: ["no first byte"] },
  { title: "body cut short", states: ["cut short"] },
];

function oneUse(uses: readonly Use[]): string {
  const [use, ...others] = new Set(uses);
  if (use === undefined || others.length > 0) throw new Error(`Cannot render one column: its cells are ${uses}`);
  return `\`${use}\``;
}

function renderWishes({ wishes }: StaleTruth, reachability: Reachability): string {
  const rows = REQUEST_WISHES.map((wish) => [
    wish === "" ? "nothing" : `\`${wish}\``,
    ...wishes.get(wish)![reachability].map(({ use }) => `\`${use}\``),
  ]);
  return table(["The client asks", ...STORED_STATES.map(({ name }) => name)], rows);
}
