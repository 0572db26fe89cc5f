/** Version of this release. `scripts/check-manifests.ts` keeps it equal to both manifests. */
export const VERSION = "0.1.0";
