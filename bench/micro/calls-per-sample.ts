/** A sample shorter than this is more the clock than what it measures. */
const SAMPLE_NS = 8000;

/** mitata calls four times in a row. */
const LEAST = 4;
const MOST = 1024;

/** How many calls one sample is made of, given what a call takes: a power of two. */
export function callsPerSample(nanoseconds: number): number {
  let calls = LEAST;
  while (calls < MOST && calls * nanoseconds < SAMPLE_NS) calls *= 2;
  return calls;
}
