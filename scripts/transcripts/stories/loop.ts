import { SITE, type Story } from "../story.ts";

/** A proxy that is its own origin. */
export const LOOP: Story = {
  title: "A loop is refused (RFC 9110 §7.6.3)",
  about:
    "Every instance puts a pseudonym of its own into the `Via` of what it forwards. A request that comes with it has " +
    "been here before, and is answered with 508 at once. For this story the proxy is its own origin: " +
    `\`npm start -- --origin http://127.0.0.1:8080\`.`,
  steps: [
    {
      say: "The 508 of the second visit is passed back by the first one. The two members of `Cache-Status` show both.",
      curl: ["-si", `${SITE}/`],
    },
  ],
};
