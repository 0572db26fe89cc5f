#!/usr/bin/env bun
import { main } from "../cli/main.ts";
import { bunRuntime } from "../runtime/bun.ts";

await main(bunRuntime);
