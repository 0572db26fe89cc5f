/** A picture of what is put into it, in colours that can be read on white and on black. */
export function svg(size: { width: number; height: number }, title: string, parts: readonly string[]): string {
  const { width, height } = size;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escapeXml(title)}</title>
<style>
text { font: 12px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif; fill: #24292f; }
.strong { font-weight: 600; } .large { font-size: 15px; font-weight: 600; } .small { font-size: 11px; } .faint { fill: #57606a; }
.grid { stroke: #8c959f; stroke-opacity: 0.35; } .base { stroke: #57606a; stroke-dasharray: 3 2; } .paper { fill: #ffffff; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; } .faint { fill: #9198a1; } .base { stroke: #9198a1; } .paper { fill: #0d1117; }
}
</style>
<rect class="paper" width="${width}" height="${height}" rx="6"/>
${parts.join("\n")}
</svg>
`;
}

export interface TextOptions {
  readonly at?: "start" | "middle" | "end";
  readonly look?: string;
}

export function text(x: number, y: number, content: string, { at = "start", look = "" }: TextOptions = {}): string {
  const anchor = at === "start" ? "" : ` text-anchor="${at}"`;
  const name = look === "" ? "" : ` class="${look}"`;
  return `<text x="${short(x)}" y="${short(y)}"${anchor}${name}>${escapeXml(content)}</text>`;
}

export function line(from: readonly [number, number], to: readonly [number, number], look: string): string {
  const [x1, y1, x2, y2] = [...from, ...to].map(short);
  return `<line x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}" class="${look}"/>`;
}

export function rectangle(x: number, y: number, size: { width: number; height: number }, fill: string): string {
  return `<rect x="${short(x)}" y="${short(y)}" width="${short(size.width)}" height="${
    short(size.height)
  }" rx="2" fill="${fill}"/>`;
}

/** At most a tenth, so that pictures stay small. */
export function short(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export function escapeXml(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

export function polyline(points: readonly (readonly [number, number])[], colour: string): string {
  const places = points.map(([x, y]) => `${short(x)},${short(y)}`).join(" ");
  return `<polyline points="${places}" fill="none" stroke="${colour}" stroke-width="2"/>`;
}

export function circle([x, y]: readonly [number, number], fill: string): string {
  return `<circle cx="${short(x)}" cy="${short(y)}" r="3.5" fill="${fill}"/>`;
}
