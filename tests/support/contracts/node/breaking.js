// Reads {"before": schema, "after": schema} and prints what of the change can break a client, as a JSON list.
import { readFileSync } from "node:fs";
import { apiCompare } from "api-smart-diff";

const { before, after } = JSON.parse(readFileSync(0));
const breaking = apiCompare(before, after).diffs.filter((change) => change.type === "breaking");
console.log(JSON.stringify(breaking.map(({ action, path, before, after }) => ({ action, path, before, after }))));
