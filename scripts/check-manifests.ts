// package.json and deno.json say the same things twice: name, version, exports, versions of dependencies. This fails
// with every place where they differ.
import { readFile } from "node:fs/promises";
import { VERSION } from "../src/cli/version.ts";

interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

interface DenoManifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly imports: Readonly<Record<string, string>>;
}

const npm: PackageManifest = JSON.parse(await readFile("package.json", "utf8"));
const deno: DenoManifest = JSON.parse(await readFile("deno.json", "utf8"));
const stdHttp: { version: string } = JSON.parse(await readFile("compat/std-http/package.json", "utf8"));

const differences = [
  ...difference("name", `@${npm.name}/${npm.name}`, deno.name),
  ...difference("version", npm.version, deno.version),
  ...difference("version in src/cli/version.ts", npm.version, VERSION),
  ...difference("license", npm.license, deno.license),
  ...exportDifferences(),
  ...await missingExports(),
  ...dependencyDifferences(),
];
for (const line of differences) process.stderr.write(`${line}\n`);
if (differences.length > 0) process.exit(1);
process.stdout.write("package.json and deno.json agree\n");

function difference(what: string, inPackage: string | undefined, inDeno: string | undefined): string[] {
  if (inPackage === inDeno) return [];
  return [`${what}: package.json has ${quote(inPackage)}, deno.json ${quote(inDeno)}`];
}

function exportDifferences(): string[] {
  const names = new Set([...Object.keys(npm.exports), ...Object.keys(deno.exports)]);
  return [...names].flatMap((name) => difference(`export "${name}"`, npm.exports[name], deno.exports[name]));
}

async function missingExports(): Promise<string[]> {
  const missing: string[] = [];
  for (const [name, file] of Object.entries(npm.exports)) {
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text === undefined) missing.push(`export "${name}": there is no file "${file}"`);
  }
  return missing;
}

function dependencyDifferences(): string[] {
  const versions: Record<string, string> = { ...npm.devDependencies, ...npm.dependencies };
  return Object.entries(deno.imports).flatMap(([specifier, target]) => {
    const match = /^(?:npm|jsr):\/?((?:@[^/@]+\/)?[^/@]+)@([^/]+)/.exec(target);
    const name = match?.[1] ?? specifier;
    const version = match?.[2];
    const isFolder = versions[name]?.startsWith("file:") === true;
    return difference(`import "${specifier}"`, isFolder ? `^${stdHttp.version}` : versions[name], version);
  });
}

function quote(value: string | undefined): string {
  return value === undefined ? "nothing" : `"${value}"`;
}
