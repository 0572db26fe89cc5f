/** A bare `Bun.serve` that answers from a map. Run by Bun with a port and a size in bytes. */
const [port, size] = process.argv.slice(2).map(Number);
const pages = new Map([["/page", new Blob(["x".repeat(size!)])]]);
const headers = new Headers({ "Content-Type": "text/plain" });

Bun.serve({
  hostname: "127.0.0.1",
  port: port!,
  development: false,
  fetch({ url }) {
    const page = pages.get(url.slice(url.indexOf("/", 8)));
    return page === undefined ? new Response(null, { status: 404 }) : new Response(page, { headers });
  },
});
