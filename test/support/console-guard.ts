// Loaded before every test file. Lacquer writes through its runtime port and its logger; a call of `console` is left
// over from debugging, or a dependency that needs attention, so it fails the test it happens in.
for (const method of ["debug", "error", "info", "log", "trace", "warn"] as const) {
  console[method] = (...values: unknown[]) => {
    throw new Error(`Cannot call console.${method}() in a test: ${values.map(String).join(" ")}`);
  };
}
