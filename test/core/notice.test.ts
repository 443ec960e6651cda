import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { noticeMoments, noticeText, templateTrouble, usualTemplates } from '../../src/core/notice.ts';

const notice = {
  moment: 'draining',
  node: 'worker-1',
  why: 'libc6: {node} %s',
  at: '2026-01-05T08:00:00Z',
  since: '2026-01-04T08:00:00Z',
} as const;

const texts: readonly (readonly [template: string, text: string])[] = [
  ['Draining node %s', 'Draining node worker-1'],
  [
    '{moment} of {node} at {at}, since {since}',
    'draining of worker-1 at 2026-01-05T08:00:00Z, since 2026-01-04T08:00:00Z',
  ],
  // What is filled in is not read again.
  ['{why}', 'libc6: {node} %s'],
  ['{{node}} 100%% %d', '{node} 100% %d'],
  ['no field at all', 'no field at all'],
];

describe('a template is filled in', () => {
  for (const [template, text] of texts) {
    it(template, () => {
      assert.equal(templateTrouble(template), null);
      assert.equal(noticeText(notice, { draining: template }), text);
    });
  }

  it('and where there is none, the usual one is', () => {
    assert.equal(noticeText(notice, { back: 'no' }), 'Draining node worker-1: libc6: {node} %s');
    for (const moment of noticeMoments) assert.equal(templateTrouble(usualTemplates[moment]), null);
  });

  it('to a text that every service takes', () => {
    const text = noticeText({ ...notice, why: '🙂'.repeat(1000) }, {});
    assert.equal([...text].length, 600);
    assert.ok(text.endsWith('🙂…') && text.isWellFormed());
  });
});

describe('a text is no template', () => {
  for (const [template, why] of [
    ['{nod}', /names the field \{nod\}; there are \{node\}, \{why\}/],
    ['{}', /names the field \{\}/],
    ['{ node', /a single brace/],
    ['node }', /a single brace/],
  ] as const) {
    it(template, () => assert.match(templateTrouble(template) ?? '', why));
  }
});
