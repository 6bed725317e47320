// Reads a JSON list of {"before": schema, "after": schema}; prints what of each change can break a client, a list each.
import { readFileSync } from "node:fs";
import { apiCompare } from "api-smart-diff";

// A component is judged like a request, where needing one field more breaks; in an answer it is one field more to rely
// on. Where a request uses the component, the request's own path says so.
const isOneMoreToRelyOn = ({ action, path }) =>
  action === "add" && path[0] === "components" && ["properties", "required"].includes(path.at(-2));
const counts = (change) => change.type === "breaking" && !isOneMoreToRelyOn(change);

const broken = ({ before, after }) =>
  apiCompare(before, after)
    .diffs.filter(counts)
    .map(({ action, path, before, after }) => ({ action, path, before, after }));

console.log(JSON.stringify(JSON.parse(readFileSync(0)).map(broken)));
