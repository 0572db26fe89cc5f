#!/usr/bin/env node
import { main } from "../cli/main.ts";
import { nodeRuntime } from "../runtime/node.ts";

await main(nodeRuntime);
