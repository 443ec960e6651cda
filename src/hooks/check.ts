import { join } from 'node:path';
import { hookPhases } from '../core/hooks.ts';
import { outsideText } from '../core/outside-text.ts';
import { type Reason, reason } from '../core/reasons.ts';
import { type HookList, listHooks } from './folder.ts';
import type { Trust } from './trust.ts';

/** Where the hooks are, and who may change them. */
export interface HooksPlace {
  /** The folder that holds `before-drain.d` and the others. */
  readonly folder: string;
  readonly trust: Trust;
}

/** What of the hooks would not be run, before any of them is wanted. Nothing is run. */
export async function checkHooks({ folder, trust }: HooksPlace): Promise<readonly Reason[]> {
  const folders = hookPhases.map((phase) => join(folder, `${phase}.d`));
  const found = await Promise.all(folders.map(async (one) => wrongIn(one, await listHooks(one, trust))));
  return found.flat();
}

function wrongIn(folder: string, list: HookList): readonly Reason[] {
  if (list.is === 'unreadable') return [reason('hooks-unreadable', { folder, why: list.why })];
  return list.hooks.flatMap((hook) =>
    hook.is === 'run' ? [] : [reason('hook-refused', { hook: outsideText(hook.path, 200), why: hook.why })],
  );
}
