// Reads {"before": schema, "after": schema} and prints what of the change can break a client, as a JSON list.
import { readFileSync } from "node:fs";
import { apiCompare } from "api-smart-diff";

// A component is judged like a request, where needing one field more breaks; in an answer it is one field more to rely
// on. Where a request uses the component, the request's own path says so.
const isOneMoreToRelyOn = ({ action, path }) =>
  action === "add" && path[0] === "components" && ["properties", "required"].includes(path.at(-2));
const counts = (change) => change.type === "breaking" && !isOneMoreToRelyOn(change);

const { before, after } = JSON.parse(readFileSync(0));
const breaking = apiCompare(before, after).diffs.filter(counts);
console.log(JSON.stringify(breaking.map(({ action, path, before, after }) => ({ action, path, before, after }))));
