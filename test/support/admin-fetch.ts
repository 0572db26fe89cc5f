import { type FakeRuntime, fakeRuntime } from "./fake-runtime.ts";
import { TOKEN } from "./fake-admin.ts";

/** A runtime whose environment has the token, and a `fetch` that keeps what it was asked and answers as told. */
export interface AdminFetch {
  readonly runtime: FakeRuntime;
  readonly asked: { url: string; method: string; authorization: string | null; content: unknown }[];
  fetch(url: string, init: RequestInit): Promise<Response>;
}

export function adminFetch(
  answer: (url: string) => Response | Promise<Response>,
  env: Readonly<Record<string, string>> = { LACQUER_ADMIN_TOKEN: TOKEN },
): AdminFetch {
  const asked: AdminFetch["asked"] = [];
  return {
    runtime: fakeRuntime([], { env }),
    asked,
    fetch: async (url, init) => {
      const { method = "GET", headers, body } = init;
      const content = typeof body === "string" ? JSON.parse(body) : undefined;
      asked.push({ url, method, authorization: new Headers(headers).get("authorization"), content });
      return await answer(url);
    },
  };
}
