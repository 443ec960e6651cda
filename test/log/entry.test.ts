import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leaseMissing } from '../../src/core/lease/pool.ts';
import { reason } from '../../src/core/reasons.ts';
import { makeEntry } from '../../src/log/entry.ts';
import type { LogFields } from '../../src/ports/outlets.ts';

const shown: readonly (readonly [name: string, fields: LogFields, line: string])[] = [
  ['without details the text stands alone', {}, 'The reason changed'],
  [
    'a reason is shown by its sentence',
    { reason: reason('blocked', { source: 'inhibitors', why: 'apt upgrades' }) },
    'The reason changed: blocked by inhibitors: apt upgrades',
  ],
  ['a cause is shown behind the text', { why: 'connect ECONNREFUSED' }, 'The reason changed: connect ECONNREFUSED'],
  [
    'other details follow in brackets',
    { why: 'x', pod: 'default/web-0', attempt: 2, forced: false, gone: undefined },
    'The reason changed: x (pod=default/web-0, attempt=2, forced=false)',
  ],
  ['a stack is not in the line', { stack: 'Error: x\n  at y' }, 'The reason changed'],
];

for (const [name, fields, line] of shown) {
  test(name, () => assert.equal(makeEntry('reason-changed', fields, {}, 0).shown, line));
}

test('what every event carries is a field of it, but not in its line; its own fields win', () => {
  const entry = makeEntry('cordoned', { phase: 'draining' }, { node: 'node-1', phase: 'queued' }, 0);
  assert.deepEqual(entry.fields, { node: 'node-1', phase: 'draining' });
  assert.equal(entry.shown, 'The node was cordoned (phase=draining)');
});

test('a reason becomes code, sentence and remedy; under another name its sentence alone', () => {
  const why = leaseMissing({ namespace: 'kured-host', name: 'kured-host' });
  assert.deepEqual(makeEntry('stuck', { reason: why, earlier: why }, {}, 0).fields, {
    reason: 'lease-missing',
    sentence: 'the Lease kured-host/kured-host does not exist',
    remedy: 'apply the manifest: kured-host manifest | kubectl apply -f -',
    earlier: 'the Lease kured-host/kured-host does not exist',
  });
});

test('text from outside can neither write a second line nor move the terminal, and is bounded', () => {
  const entry = makeEntry('api-lost', { why: `a\nb\u001b[2J${'x'.repeat(10_000)}` }, {}, 0);
  assert.match(String(entry.fields['why']), /^a\\nb\\x1b\[2Jx+…$/);
  assert.equal(String(entry.fields['why']).length, 2048);
  assert.doesNotMatch(entry.shown, /\p{Cc}/u);
  assert.ok(entry.shown.length <= 3072);
});

test('a stack keeps its lines and nothing else that controls', () => {
  const entry = makeEntry('internal-error', { stack: 'Error: \u001bx\n    at y\u0007' }, {}, 0);
  assert.equal(entry.stack, 'Error: \\x1bx\n    at y\\x07');
});

const secrets: readonly (readonly [name: string, text: string, hides: string])[] = [
  ['a bearer token', 'Authorization: Bearer abcdef0123456789 was refused', 'abcdef0123456789'],
  ['a service account token', 'got eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl from', 'c2lnbmF0dXJl'],
  ['credentials in a URL', 'proxy http://user:pa55word@proxy:3128 failed', 'pa55word'],
  ['a token in a query', 'GET /x?token=s3cr3tvalue&a=b', 's3cr3tvalue'],
  ['a token in JSON', '{"access_token":"s3cr3tvalue","a":1}', 's3cr3tvalue'],
  ['a password in YAML', 'password: hunter22', 'hunter22'],
  ['a private key', 'bad file: -----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY----- end', 'MIIEow'],
  ['a private key that is cut off', 'bad file: -----BEGIN PRIVATE KEY-----\nMIIEow', 'MIIEow'],
];

for (const [name, text, hides] of secrets) {
  test(`${name} is not written, whatever field it comes in`, () => {
    const entry = makeEntry('internal-error', { why: text, stack: text, body: text }, { always: text }, 0);
    const everything = JSON.stringify(entry);
    assert.equal(everything.includes(hides), false, everything);
    assert.match(everything, /\[hidden\]/);
  });
}

test('a field is hidden by its name alone', () => {
  const { fields } = makeEntry('details', { bearerToken: 'x', password: 'y', authorization: 'z', tokens: 3 }, {}, 0);
  assert.deepEqual(new Set(Object.values(fields)), new Set(['[hidden]']));
});

test('ordinary words stay as they are', () => {
  const why = 'the node basic-1 bears token names; see https://example.org/a?b=c and user@host';
  assert.equal(makeEntry('details', { why }, {}, 0).fields['why'], why);
});
