/** Explores small models one after the other, those that are quick first; ends with 1 at the first broken law and says which. */
import { explore } from '../model/explore.ts';
import { modelOf } from '../model/models.ts';
import { type Fault, faults, type Model } from '../model/parts.ts';

const most = 3_000_000;
const budgets: readonly (readonly Fault[])[] = [[], ...faults.map((fault) => [fault]), ['cordon', 'uncordon']];

const models: readonly (readonly [name: string, model: Model])[] = [
  ...budgets.map((names): readonly [string, Model] => [
    ['1 node', ...names].join(', '),
    modelOf(1, Object.fromEntries(names.map((name) => [name, 1]))),
  ]),
  ['1 node, a sentinel that stays', { ...modelOf(1, {}), needSurvives: true }],
  ['2 nodes', modelOf(2, {})],
];

for (const [name, model] of models) {
  const { broken } = explore(model, most);
  if (broken === null) continue;
  process.stdout.write(`broken: ${broken.law} (${name}, ${broken.story.length} steps)\n`);
  process.exitCode = 1;
  break;
}
