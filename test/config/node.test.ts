import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { acceptTexts } from '../../src/config/accept.ts';

describe('a wait for load balancers that nobody takes the node out of', () => {
  const warnings = (exclude: string) => {
    const text = `node: {${exclude}loadBalancerDelay: 5m}`;
    const accepted = acceptTexts([{ file: 'f', text }]);
    return accepted.valid && accepted.warnings.map(({ message }) => message);
  };

  it('is warned about', () => {
    const message = 'node.loadBalancerDelay is not used, because node.excludeFromLoadBalancers is not true';
    assert.deepEqual(warnings(''), [message]);
    assert.deepEqual(warnings('excludeFromLoadBalancers: true, '), []);
  });
});

describe('a label or annotation that nobody could write', () => {
  const rows: readonly (readonly [key: string, entry: string, why: RegExp])[] = [
    ['labelsBeforeDrain', 'a', /entry 1 is "a", which has neither a value \(KEY=VALUE\) nor a - at its end \(KEY-\)$/],
    ['labelsBeforeDrain', '1', /entry 1 is the number 1$/],
    ['labelsBeforeDrain', 'a=b=c', /entry 1 is "a=b=c", whose value is no label value/],
    ['labelsAfterReboot', 'a=-b', /whose value is no label value/],
    ['labelsAfterReboot', `a=${'b'.repeat(64)}`, /whose value is no label value/],
    ['labelsBeforeDrain', 'a/b/c=d', /whose key is none/],
    ['labelsBeforeDrain', '=d', /whose key is none/],
    ['labelsBeforeDrain', '"-"', /whose key is none/],
    ['labelsBeforeDrain', `${'k'.repeat(64)}-`, /whose key is none/],
    ['labelsBeforeDrain', 'Example.com/a=b', /whose key is none/],
    ['annotationsBeforeDrain', 'kured-host/hold=x', /whose key belongs to kured-host itself$/],
    ['labelsAfterReboot', 'kured-host/x-', /whose key belongs to kured-host itself$/],
    [
      'annotationsAfterReboot',
      'weave.works/kured-reboot-in-progress-',
      /one of those that node\.kuredAnnotations keeps$/,
    ],
    ['annotationsBeforeDrain', `a=${'x'.repeat(1025)}`, /whose value is longer than 1024 characters$/],
  ];
  for (const [key, entry, why] of rows)
    it(`is refused in one sentence: ${entry.slice(0, 40)}`, () => {
      const accepted = acceptTexts([{ file: 'f', text: `node: {${key}: [${entry}]}` }]);
      assert.ok(!accepted.valid);
      const [problem, ...others] = accepted.problems;
      assert.deepEqual(others, []);
      assert.match(problem?.message ?? '', why);
      assert.ok(problem?.message.startsWith(`node.${key} must be a list of KEY=VALUE, or KEY- to take one off`));
    });
});
