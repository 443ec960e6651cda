/** Explores small models one after the other, those that are quick first; ends with 1 at the first broken law and says which. */
import { quickRuns } from '../model/quick.ts';

for (const [name, run] of quickRuns) {
  const { broken } = run();
  if (broken === null) continue;
  process.stdout.write(`broken: ${broken.law} (${name}, ${broken.story.length} steps)\n`);
  process.exitCode = 1;
  break;
}
