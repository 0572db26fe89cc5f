import { type Benchmark, type Job, job } from "../benchmark.ts";
import { fieldsOf, urlOf } from "../arrivals.ts";
import { type Lab, TEN_KB } from "../lab.ts";

/** What a runtime takes for its own objects: nothing that answers a request with them can be quicker. */
export const FLOOR: readonly Benchmark[] = [
  {
    name: "new Request",
    prepare: () => {
      const url = urlOf("/page");
      const headers = fieldsOf({});
      return Promise.resolve(job(() => new Request(url, { headers })));
    },
  },
  { name: "new Response", prepare: (lab) => responses(lab, lab.Response) },
  {
    // The one that stands in for it in this listener.
    name: "new Response, Node's listener",
    prepare: async (lab) => {
      if (lab.runtimeName !== "node") return undefined;
      await lab.runtime();
      return await responses(lab, globalThis.Response);
    },
  },
];

/** With a body and fields in the form that the engine keeps them in. */
async function responses(lab: Lab, Class: typeof Response): Promise<Job> {
  const runtime = await lab.runtime();
  const body = runtime.wrapBody(new Uint8Array(TEN_KB));
  const headers = runtime.wrapFields(HIT_FIELDS);
  return job(() => new Class(body, { status: 200, headers }));
}

const HIT_FIELDS = {
  "content-type": "text/html; charset=utf-8",
  "cache-control": "public, max-age=86400",
  etag: '"5f3c-62ab9d"',
  "last-modified": "Sat, 01 Feb 2025 10:00:00 GMT",
  server: "bench",
  date: "Sat, 01 Feb 2025 10:00:00 GMT",
  via: "1.1 lacquer",
  "content-length": String(TEN_KB),
  age: "10",
  "cache-status": "lacquer; hit; ttl=86390",
};
