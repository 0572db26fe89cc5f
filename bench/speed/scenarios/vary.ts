import { LACQUERS, PEERS } from "../contender.ts";
import { takingTurns } from "../lua.ts";
import { CONNECTIONS, type Fields, type Scenario, type Track } from "../scenario.ts";
import { SIZES } from "../sizes.ts";
import { hitTrack } from "./hit.ts";

const CODINGS = ["gzip", "br", "identity"];
const LANGUAGES = ["de", "en", "fr", "pl"];
const path = "/vary/10k";
const length = SIZES["10k"];

/** Hits of a response that varies, beside those of one that does not. HAProxy stores none that vary by language. */
export const VARY: Scenario = {
  name: "vary",
  title: "Vary hit, 10 KB, 12 variants",
  tracks: [
    varyTrack(CODINGS.flatMap((coding) => LANGUAGES.map((language) => variant(coding, language)))),
    { ...hitTrack("10k", CONNECTIONS), mark: "plain", contenders: LACQUERS },
  ],
};

/** Hits of a response in these variants, which are asked for in turns. */
export function varyTrack(variants: readonly Fields[]): Track {
  return {
    mark: "",
    contenders: [...PEERS, ...LACQUERS],
    load: { connections: CONNECTIONS, path, length, lua: takingTurns(path, variants) },
    probes: variants.map((fields) => ({ path, fields, status: 200, length, again: "hit" })),
  };
}

export function variant(coding: string, language: string): Fields {
  return { "Accept-Encoding": coding, "Accept-Language": language };
}
