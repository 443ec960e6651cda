import { exploreAlone } from './alone.ts';
import { type Explored, explore } from './explore.ts';
import { foundText } from './found.ts';
import { modelOf } from './models.ts';
import { type Fault, faults, type Model } from './parts.ts';
import { sets } from './sets.ts';
import { runSet } from './table.ts';

/**
 * `make model NODES=2 CONCURRENCY=1 FAULTS="crash late=2" STATES=`: explores so many nodes, each fault so often.
 * `make model OTHERS=any ANY=2 FAULTS="crash late"`: one node beside any number of others, so many faults of these kinds.
 * `make model SET=three`: a table of such runs.
 */
const {
  NODES = '2',
  CONCURRENCY = '1',
  FAULTS = '',
  STATES = '50000000',
  OTHERS = '',
  ANY = '1',
  SET = '',
} = process.env;

if (SET === '') one();
else process.exitCode = (await runSet(sets[SET] ?? unknown(`no set is called ${SET}`), process.stdout)) ? 0 : 1;

function one(): void {
  const began = performance.now();
  const found = explored(modelOf(Number(NODES), budgetOf(FAULTS), Number(CONCURRENCY)));
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage();
  const memory = Math.round(process.memoryUsage().rss / 1e6);
  const busy = (user + system) / 1e6;
  const figures = `${seconds.toFixed(1)} s (${busy.toFixed(1)} s of CPU, ${Math.round(found.states / busy)} states a second), ${memory} MB`;
  process.stdout.write(`${foundText(found)}\n${figures}\n`);
  process.exitCode = found.broken === null ? 0 : 1;
}

function explored(model: Model): Explored {
  if (OTHERS === '') return explore(model, Number(STATES));
  return exploreAlone({ ...model, others: OTHERS === 'any' }, Number(ANY), Number(STATES));
}

function budgetOf(text: string): Partial<Record<Fault, number>> {
  const words = text === 'all' ? faults : text.split(/\s+/).filter((word) => word !== '');
  return Object.fromEntries(
    words.map((word) => {
      const [name = '', count = '1'] = word.split('=');
      const fault = faults.find((each) => each === name);
      return [fault ?? unknown(`no fault is called ${name}; there are ${faults.join(', ')}`), Number(count)];
    }),
  );
}

function unknown(why: string): never {
  process.stderr.write(`${why}\n`);
  process.exit(64);
}
