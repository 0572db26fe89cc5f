import { type OriginReply, type OriginRequest, SITE, type Story } from "../story.ts";

const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const URL = `${SITE}/film`;
const SHOWN = ["Content-Type", "Content-Range"];

/** Parts that are stored, used and completed. */
export const RANGES: Story = {
  title: "Ranges, stored in part and completed (RFC 9110 §14, RFC 9111 §3.3 and §3.4)",
  about:
    "A short range of a large file never makes the origin send all of it. The part that comes is stored, and what " +
    "is missing is asked for when somebody wants the whole. The file has 26 bytes here, the letters of the alphabet.",
  answer({ field }: OriginRequest): OriginReply {
    const common = { "ETag": `"v1"`, "Cache-Control": "max-age=600" };
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(field("range") ?? "") ?? [];
    if (first === undefined) return { fields: common, body: LETTERS };
    const end = last ? Number(last) : LETTERS.length - 1;
    const contentRange = `bytes ${first}-${end}/${LETTERS.length}`;
    return { status: 206, fields: { ...common, "Content-Range": contentRange }, body: LETTERS.slice(+first, end + 1) };
  },
  steps: [
    {
      say: "A range of something not stored is forwarded as a range, and the 206 is stored.",
      curl: ["-si", "-r", "0-9", URL],
      show: SHOWN,
    },
    { say: "A range inside the stored part is a hit.", curl: ["-si", "-r", "2-5", URL], show: SHOWN },
    {
      say: "The whole is completed: the origin is asked for the rest only, on condition that the file is the same " +
        "(`If-Range`). Had it changed, the origin would send all of it.",
      curl: ["-si", URL],
      show: SHOWN,
    },
    {
      say: "Several ranges of what is stored come as `multipart/byteranges` (RFC 9110 §14.6).",
      curl: ["-si", "-r", "0-1,24-25", URL],
      show: SHOWN,
    },
  ],
};
