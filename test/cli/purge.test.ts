import assert from "node:assert/strict";
import { test } from "node:test";
import { AdminError } from "../../src/cli/admin-error.ts";
import { purge } from "../../src/cli/purge.ts";
import { UsageError } from "../../src/cli/usage-error.ts";
import { problem } from "../../src/admin/problem.ts";
import { adminFetch } from "../support/admin-fetch.ts";
import { TOKEN } from "../support/fake-admin.ts";

const done = () => Response.json({ sequence: 7 });

/** The lines that the command ends with. */
async function failure(args: readonly string[], admin: ReturnType<typeof adminFetch>): Promise<[string, ...string[]]> {
  const error = await purge(admin.runtime, args, admin).then(() => undefined, (error) => error);
  assert.ok(error instanceof AdminError || error instanceof UsageError, String(error));
  assert.deepEqual(admin.runtime.out, []);
  assert.ok(!error.message.includes(TOKEN));
  const [first = "", ...others] = error.message.split("\n");
  return [`${error.name}: ${first}`, ...others];
}

test("purge() posts everything that is named with the token, and prints the sequence", async () => {
  const admin = adminFetch(done);
  const ban = { where: [{ field: "path", prefix: "/blog/" }] };
  const named = ["--url", "http://h/a", "--url=http://h/b", "--tag", "t", "--prefix", "/p/", "--host", "h", "--all"];
  assert.equal(await purge(admin.runtime, [...named, "--ban", JSON.stringify(ban), "--soft"], admin), 0);
  assert.deepEqual(admin.runtime.out, ["purged, sequence 7\n"]);
  assert.deepEqual(admin.asked, [{
    url: "http://127.0.0.1:8081/v1/purge",
    method: "POST",
    authorization: `Bearer ${TOKEN}`,
    content: {
      urls: ["http://h/a", "http://h/b"],
      tags: ["t"],
      prefixes: ["/p/"],
      hosts: ["h"],
      bans: [ban],
      all: true,
      soft: true,
    },
  }]);
});

test("purge() asks the address of --admin, else that of LACQUER_ADMIN_URL", async () => {
  const env = { LACQUER_ADMIN_TOKEN: TOKEN, LACQUER_ADMIN_URL: "https://cache.internal/" };
  const admin = adminFetch(done, env);
  await purge(admin.runtime, ["--all"], admin);
  await purge(admin.runtime, ["--all", "--admin", "http://[::1]:9"], admin);
  assert.deepEqual(admin.asked.map(({ url }) => url), [
    "https://cache.internal/v1/purge",
    "http://[::1]:9/v1/purge",
  ]);
});

test("purge() refuses bad usage, all of it at once, and asks nobody", async () => {
  const admin = adminFetch(done);
  const [title, ...lines] = await failure(["--tag", "--ban", "{", "--admin", "8081", "http://h/", "--nope"], admin);
  assert.equal(title, 'UsageError: Cannot run "lacquer purge": 5 problems');
  assert.ok(lines.some((line) => line.startsWith("  --tag: given without a value")));
  assert.ok(lines.some((line) => line.startsWith("  --ban: given {, accepted: JSON such as")));
  assert.ok(lines.some((line) => line.startsWith('  --admin: given "8081", accepted: scheme, host and port')));
  assert.ok(lines.some((line) => line.startsWith('  "http://h/": unexpected argument')));
  assert.ok(lines.some((line) => line.startsWith("  --nope: unknown flag, accepted: --url, --tag, --prefix")));
  const [, nothing] = await failure(["--soft"], admin);
  assert.equal(
    nothing,
    "  nothing is named to be purged, accepted: one or more of --url, --tag, --prefix, --host, --ban, --all",
  );
  const bad = adminFetch(done, { LACQUER_ADMIN_TOKEN: TOKEN, LACQUER_ADMIN_URL: "cache" });
  assert.match((await failure(["--all"], bad))[1] ?? "", /^ {2}LACQUER_ADMIN_URL: given "cache", accepted: /);
  assert.deepEqual([admin.asked, bad.asked], [[], []]);
});

test("purge() says that there is no token", async () => {
  for (const env of [{}, { LACQUER_ADMIN_TOKEN: "" }]) {
    const [title] = await failure(["--all"], adminFetch(done, env));
    assert.equal(title, "AdminError: Cannot ask the admin API: LACQUER_ADMIN_TOKEN is not set");
  }
  const [title] = await failure(["--all"], adminFetch(done, { LACQUER_ADMIN_TOKEN: "a b" }));
  assert.match(title, /^AdminError: Cannot use LACQUER_ADMIN_TOKEN: accepted are characters of ASCII without spaces/);
});

test("purge() says that nobody listens, in the words of every runtime", async () => {
  const node = new TypeError("fetch failed", { cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED" }) });
  const bun = Object.assign(new Error("Unable to connect. Is the computer able to access the url?"), {
    code: "ConnectionRefused",
  });
  const deno = new TypeError("error sending request: client error (Connect): Connection refused (os error 111)");
  for (const error of [node, bun, deno]) {
    const [title] = await failure(["--all"], adminFetch(() => Promise.reject(error)));
    assert.equal(
      title,
      "AdminError: Cannot reach the admin API at http://127.0.0.1:8081: the connection was refused",
    );
  }
});

test("purge() prints a problem one thing a line", async () => {
  const errors = [{ pointer: "#/urls/0", detail: 'given "x", accepted: an absolute URL' }];
  const refused = () => problem(422, "1 item is not accepted", { errors });
  assert.deepEqual(await failure(["--url", "x"], adminFetch(refused)), [
    "AdminError: Cannot ask the admin API at http://127.0.0.1:8081: it refused with 422 Unprocessable Content",
    "  1 item is not accepted",
    '  #/urls/0: given "x", accepted: an absolute URL',
  ]);
});

test("purge() says that the token is wrong, and that an answer is not that of an admin API", async () => {
  const [wrong] = await failure(["--all"], adminFetch(() => problem(401, "no")));
  assert.match(wrong, /the token in LACQUER_ADMIN_TOKEN is not the one it takes$/);
  const others = [new Response("<html>"), Response.json({ ok: true }), new Response(null, { status: 302 })];
  for (const response of others) {
    const [title] = await failure(["--all"], adminFetch(() => response));
    assert.match(title, /: it is not that of an admin API \(status \d+\)$/);
  }
});

test("purge() prints its help and asks nobody", async () => {
  const admin = adminFetch(done);
  assert.equal(await purge(admin.runtime, ["--help"], admin), 0);
  assert.match(admin.runtime.out.join(""), /--ban JSON/);
  assert.deepEqual(admin.asked, []);
});
