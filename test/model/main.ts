import { explore } from './explore.ts';
import { foundText } from './found.ts';
import { modelOf } from './models.ts';
import { type Fault, faults } from './parts.ts';

/** `make model NODES=2 CONCURRENCY=1 FAULTS="crash late=2" STATES=50000000`: explores one model and prints what it found. */
const { NODES = '2', CONCURRENCY = '1', FAULTS = '', STATES = '50000000' } = process.env;
const budget: Partial<Record<Fault, number>> = {};
for (const word of FAULTS.split(/\s+/).filter((one) => one !== '')) {
  const [name = '', count = '1'] = word.split('=');
  const fault = faults.find((one) => one === name);
  if (fault === undefined) {
    process.stderr.write(`no fault is called ${name}; there are ${faults.join(', ')}\n`);
    process.exit(64);
  }
  budget[fault] = Number(count);
}
const began = performance.now();
const found = explore(modelOf(Number(NODES), budget, Number(CONCURRENCY)), Number(STATES));
const memory = Math.round(process.memoryUsage().rss / 1e6);
process.stdout.write(`${foundText(found)}\n${((performance.now() - began) / 1000).toFixed(1)} s, ${memory} MB\n`);
process.exitCode = found.broken === null ? 0 : 1;
