// Runs the suite against Lacquer on the runtime that runs this, and prints the results as JSON.
import process from "node:process";
import { runSuite } from "./run-suite.ts";

process.stdout.write(JSON.stringify(await runSuite()));
