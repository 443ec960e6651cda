import type { Found } from './found.ts';
import { readFlags } from './read-flags.ts';
import { type Sheet, SheetDraft } from './sheet.ts';
import { translateAlerts } from './translate-alerts.ts';
import { translateDrain } from './translate-drain.ts';
import { translateNode } from './translate-node.ts';
import { type Secrets, translateNotify } from './translate-notify.ts';
import { translatePods } from './translate-pods.ts';
import { translatePool } from './translate-pool.ts';
import { translateReboot } from './translate-reboot.ts';
import { translateRest } from './translate-rest.ts';
import { translateSentinel } from './translate-sentinel.ts';
import { translateWindow } from './translate-window.ts';

/** kured's settings as ours. Never a guess: what cannot be said is a problem. */
export function translate(found: Found, secrets: Secrets): Sheet {
  const reading = readFlags(found);
  const sheet = new SheetDraft();
  const { flags } = reading;
  for (const problem of reading.problems) sheet.problem(problem);
  for (const note of [...reading.notes, ...found.notes]) sheet.note(null, note);
  for (const [name, from] of reading.elsewhere) {
    if (!['notify-url', 'slack-hook-url', 'prometheus-url', 'node-id'].includes(name)) {
      sheet.problem(`--${name} stands in ${from}, where nothing is read; give it behind -- as --${name}=VALUE`);
    }
  }
  translatePool(flags, sheet);
  translateSentinel(flags, found.mounts, sheet);
  translateWindow(flags, sheet);
  translateAlerts(reading, secrets.folder, sheet);
  translatePods(flags, sheet);
  translateDrain(flags, sheet);
  translateNode(flags, sheet);
  translateReboot(flags, sheet);
  translateNotify(reading, secrets, sheet);
  translateRest(flags, sheet);
  return sheet;
}
