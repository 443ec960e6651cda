import assert from 'node:assert/strict';
import { chmodSync, mkdirSync } from 'node:fs';
import { describe, test } from 'node:test';
import { runnable } from '../../src/kubernetes/plugin.ts';
import { KubeconfigFolder } from './kubeconfig-files.ts';

describe('a plugin in a folder that is shown elsewhere', () => {
  /** A folder as the service's unit closes it, and where it shows it. */
  function shownFolder() {
    const files = new KubeconfigFolder();
    mkdirSync(files.file('closed'));
    mkdirSync(files.file('shown'));
    const shown = { folder: files.file('closed/'), at: files.file('shown/') };
    const put = (name: string, mode: number): void => {
      files.write(name, '#!/bin/sh\n');
      chmodSync(files.file(name), mode);
    };
    return { shown, put, file: (name: string) => files.file(name), [Symbol.dispose]: () => files[Symbol.dispose]() };
  }

  test('is run from there, and from its own place where that is open', async () => {
    using at = shownFolder();
    at.put('closed/plugin', 0o600);
    at.put('shown/plugin', 0o700);
    assert.equal(await runnable(at.file('closed/plugin'), at.shown), at.file('shown/plugin'));
    at.put('closed/plugin', 0o700);
    assert.equal(await runnable(at.file('closed/plugin'), at.shown), at.file('closed/plugin'));
  });

  test('that is in neither is refused with what shows it', async () => {
    using at = shownFolder();
    at.put('closed/plugin', 0o600);
    const refused = /^running its plugin \S+\/plugin is refused; .* so restart it \(systemctl restart kured-host\)$/;
    await assert.rejects(runnable(at.file('closed/plugin'), at.shown), { code: 'unusable', message: refused });
  });

  test('is not looked for there when it is from another folder, or named without one', async () => {
    using at = shownFolder();
    at.put('shown/plugin', 0o700);
    const command = at.file('other/plugin');
    await assert.rejects(runnable(command, at.shown), {
      code: 'passing',
      message: `its plugin ${command} does not exist`,
    });
    assert.equal(await runnable('plugin', at.shown), 'plugin');
  });
});
