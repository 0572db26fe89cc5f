/** Fields as the reference of the model check reads them, which is for itself and only as far as it needs. */

export type Fields = Readonly<Record<string, string>>;

/** Directives of `Cache-Control` by name. */
export function controlOf(fields: Fields): Fields {
  const directives = listOf(fields["cache-control"]).map((directive) => directive.split("="));
  return Object.fromEntries(directives.map(([name = "", value = ""]) => [name, value]));
}

/** Seconds for which a shared cache may use it; `undefined` where it does not say. */
export function lifetimeOf(control: Fields): number | undefined {
  const value = control["s-maxage"] ?? control["max-age"];
  return value === undefined ? undefined : Number(value);
}

export function mayNotBeStale(control: Fields): boolean {
  return ["must-revalidate", "proxy-revalidate", "s-maxage", "no-cache"].some((name) => name in control);
}

export function credentialsOf(fields: Fields): string {
  return JSON.stringify([fields["authorization"], fields["cookie"]]);
}

export function listOf(value: string | undefined): string[] {
  return (value ?? "").split(",").map((member) => member.trim()).filter((member) => member !== "");
}
