import fc from "fast-check";

/** Any text a field value may arrive as: one character per byte. */
export const fieldText = fc.string({ unit: fc.nat(255).map((code) => String.fromCharCode(code)) });
