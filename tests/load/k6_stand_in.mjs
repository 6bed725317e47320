// Runs smoke.js without k6: `node k6_stand_in.mjs SCRIPT PLAN ANSWERS`. It shows what the script asks, and what it checks.
// ANSWERS: for each route status and content of the answer, such as "GET /api/products/{id}/": [200, {...}]; to that, the
// answer has what the request had in it, as that of a registration has.
import { readFileSync } from 'node:fs';

const [script, plan, answers] = process.argv.slice(2);
const table = JSON.parse(readFileSync(answers, 'utf8'));
const asked = [];

globalThis.open = (file) => readFileSync(file, 'utf8');
globalThis.__ENV = { LOAD_PLAN: plan };
globalThis.__VU = 1;
globalThis.k6 = {
  sleep: () => {},
  check: (answer, checks) => {
    const results = Object.entries(checks).map(([name, test]) => [name, test(answer)]);
    asked.push(...results);
    return results.every(([, passed]) => passed);
  },
  request: (method, url, content, { tags }) => {
    const [status, body] = table[tags.route] ?? table['*'];
    return { status, json: () => ({ ...JSON.parse(content), ...body }) };
  },
};

const { options, visitor, member } = await import(script);
for (let round = 0; round < 20; round += 1) {
  visitor();
  member();
}
console.log(JSON.stringify({ thresholds: options.thresholds, scenarios: options.scenarios, asked }));
