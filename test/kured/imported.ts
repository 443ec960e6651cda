import assert from 'node:assert/strict';
import { sheetYaml } from '../../src/cli/import-text.ts';
import { acceptTexts } from '../../src/config/accept.ts';
import type { Settings } from '../../src/core/settings.ts';
import { fromArguments } from '../../src/kured/find.ts';
import type { Sheet } from '../../src/kured/sheet.ts';
import { translate } from '../../src/kured/translate.ts';

export interface Imported {
  readonly sheet: Sheet;
  readonly yaml: string;
  readonly settings: Settings;
  /** What was said of a flag, all of it. */
  note(flag: string): string;
  /** What stands above a key. */
  comment(key: string): string;
}

/** kured's flags through the whole import: to the settings that the daemon would have. */
export function imported(args: readonly string[], env: Readonly<Record<string, string>> = {}): Imported {
  const sheet = sheetOf(args, env);
  assert.deepEqual(sheet.problems, []);
  const yaml = sheetYaml(sheet, 'test');
  const accepted = acceptTexts([{ file: 'f', text: yaml }]);
  assert.ok(accepted.valid, `${yaml}${JSON.stringify(accepted)}`);
  return {
    sheet,
    yaml,
    settings: accepted.settings,
    note: (flag) =>
      sheet.notes
        .filter((note) => note.flag === flag)
        .map(({ text }) => text)
        .join('\n'),
    comment: (key) => sheet.lines.find((line) => line.key === key)?.comment ?? '',
  };
}

/** What kured would not start with, or what nothing here can say. */
export function problemsOf(args: readonly string[], env: Readonly<Record<string, string>> = {}): readonly string[] {
  return sheetOf(args, env).problems;
}

function sheetOf(args: readonly string[], env: Readonly<Record<string, string>>): Sheet {
  return translate(fromArguments(args, env), { folder: '/etc/kured-host', urlTrouble: () => null });
}
