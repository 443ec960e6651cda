import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noticeMoments, usualTemplates } from '../../src/core/notice.ts';
import { isProblem, readTargets, targetRows } from '../../src/notify/targets.ts';
import { page } from './pages.ts';

const text = page('docs/notifications.md');
/** What stands in blocks without a language: lines of a file of URLs. */
const blocks = [...text.matchAll(/^```(\w*)[^\n]*\n(.*?)^```/gms)].filter(([, language]) => language === '');

describe('the page about notifications', () => {
  it('shows every moment with its usual text', () => {
    for (const moment of noticeMoments) assert.match(text, row(moment, usualTemplates[moment]));
  });

  it('shows every service with the shape of its URL', () => {
    for (const { service, shape } of targetRows) assert.ok(text.includes(`\n| ${service} | \`${shape}\` |\n`), service);
  });

  it('shows URLs that are read', () => {
    assert.equal(blocks.length, 2);
    for (const [, , lines = ''] of blocks) {
      const read = readTargets('docs/notifications.md', lines);
      assert.deepEqual(read.filter(isProblem), []);
      assert.ok(read.length >= 2);
    }
  });
});

function row(moment: string, template: string): RegExp {
  return new RegExp(`^\\| \`${moment}\` \\| .* \\| \`${RegExp.escape(template)}\` \\|$`, 'm');
}
