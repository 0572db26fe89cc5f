import type { ByteRange } from "./byte-range.ts";
import { formatContentRange } from "./content-range.ts";

/** One stretch of a multipart body: bytes to send as they are, or a range to take from the representation. */
export type MultipartPiece =
  | { readonly kind: "text"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly kind: "range"; readonly range: ByteRange };

/** A multipart body that is yet to be put together, and the fields that describe it. */
export interface MultipartLayout {
  /** Value of `Content-Type`. */
  readonly contentType: string;
  /** Bytes of all pieces together. */
  readonly contentLength: number;
  /** In the order to send: text and range in turn, text first and last. */
  readonly pieces: readonly MultipartPiece[];
}

/** The representation that the ranges are taken from. */
export interface RangedRepresentation {
  readonly completeLength: number;
  /** Its `Content-Type`, which every part repeats. */
  readonly contentType: string | undefined;
}

/**
 * How to answer with several ranges as `multipart/byteranges` (RFC 9110 §14.6). The boundary must be one that the
 * representation does not contain, so a random one.
 *
 * @throws {RangeError} When the boundary is none that can stand unquoted.
 */
export function multipartLayout(
  ranges: readonly ByteRange[],
  representation: RangedRepresentation,
  boundary: string,
): MultipartLayout {
  if (!BOUNDARY.test(boundary)) {
    throw new RangeError(`Cannot use boundary "${boundary}": accepted are 1 to 70 letters, digits and "'+_.-"`);
  }
  const pieces = ranges.flatMap((range, index): MultipartPiece[] => [
    text((index === 0 ? "" : CRLF) + partHead(range, representation, boundary)),
    { kind: "range", range },
  ]);
  pieces.push(text(`${CRLF}--${boundary}--${CRLF}`));
  const contentLength = pieces.reduce((sum, piece) => sum + pieceLength(piece), 0);
  return { contentType: `multipart/byteranges; boundary=${boundary}`, contentLength, pieces };
}

/** What RFC 2046 §5.1.1 allows in a boundary and RFC 9110 §5.6.2 in a token. */
const BOUNDARY = /^[A-Za-z0-9'+_.-]{1,70}$/;
const CRLF = "\r\n";

/** Delimiter and header section of a part, up to its first byte. */
function partHead(range: ByteRange, { completeLength, contentType }: RangedRepresentation, boundary: string): string {
  const lines = [`--${boundary}`];
  if (contentType !== undefined && FIELD_VALUE.test(contentType)) lines.push(`Content-Type: ${contentType}`);
  lines.push(`Content-Range: ${formatContentRange(range, completeLength)}`);
  return lines.join(CRLF) + CRLF + CRLF;
}

/** Text that cannot end its line, one character per byte. Anything else is left out of the part. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]+$/;

/** Field values hold one character per byte, so they are written the same way and not as UTF-8. */
function text(characters: string): MultipartPiece {
  return { kind: "text", bytes: Uint8Array.from(characters, (character) => character.charCodeAt(0)) };
}

function pieceLength(piece: MultipartPiece): number {
  return piece.kind === "text" ? piece.bytes.length : piece.range.last - piece.range.first + 1;
}
