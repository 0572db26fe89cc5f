#!/usr/bin/env -S deno run --allow-net --allow-env --allow-read --allow-write
import { main } from "../cli/main.ts";
import { denoRuntime } from "../runtime/deno.ts";

await main(denoRuntime);
