/** A bare `Deno.serve` that answers from a map. Run by Deno with a port and a size in bytes. */
const [port, size] = Deno.args.map(Number);
const pages = new Map([["/page", new TextEncoder().encode("x".repeat(size!))]]);
const headers = new Headers({ "Content-Type": "text/plain" });

Deno.serve({ hostname: "127.0.0.1", port: port!, onListen: () => {} }, ({ url }) => {
  const page = pages.get(url.slice(url.indexOf("/", 8)));
  return page === undefined ? new Response(null, { status: 404 }) : new Response(page, { headers });
});
