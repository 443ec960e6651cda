import { type Loaded, type Loading, loadSettings } from '../config/load.ts';
import { problemText } from '../config/problem.ts';
import type { Settings } from '../core/settings.ts';
import { type Given, textOf } from './commands.ts';
import type { Io } from './io.ts';

export async function loadConfiguration(io: Io, given: Given): Promise<Loading> {
  const file = textOf(given, 'config');
  return await loadSettings(file === undefined ? { root: io.places.root } : { root: io.places.root, file });
}

/** The settings, or null after every problem was printed, a line each. */
export async function settingsOrProblems(io: Io, given: Given): Promise<Settings | null> {
  return (await loadedOrProblems(io, given))?.settings ?? null;
}

/** The same with where each value came from. */
export async function loadedOrProblems(io: Io, given: Given): Promise<Loaded | null> {
  const loaded = await loadConfiguration(io, given);
  if (loaded.valid) {
    for (const warning of loaded.warnings) io.err(`warning: ${problemText(warning)}\n`);
    return loaded;
  }
  for (const problem of loaded.problems) io.err(`${problemText(problem)}\n`);
  return null;
}
