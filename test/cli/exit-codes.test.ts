import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { skipUnless } from '../cluster/available.ts';
import { Bench, type Ran } from './bench.ts';
import { troubles } from './troubles.ts';

const timeout = 60_000;

/** Every command that needs the API server. */
const commands: readonly string[] = [
  'preflight',
  'status',
  'why',
  'lease show',
  'lease release n2',
  'lease release n2 --force',
  'pause for a while',
  'resume',
  'drain',
  'drain --dry-run',
  'uncordon',
];

describe('what is wrong is said once, ends with its code, and changes nothing in the cluster', { timeout }, () => {
  for (const { what, make, code, words } of troubles) {
    it(`${what}: ${code}`, async () => {
      await using bench = await Bench.open();
      await make(bench);
      for (const command of commands) {
        const ran = await bench.run(...command.split(' '));
        const text = ran.out + ran.err;
        assert.equal(ran.code, code, `${command}: ${text}`);
        assert.equal(text.match(new RegExp(words, 'g'))?.length, 1, `${command}: ${text}`);
        assert.doesNotMatch(text, /\n\s+at |Error:|undefined|\[object/);
      }
      assert.deepEqual(bench.changes(), []);
    });
  }
});

describe('where the manifest was not applied', { timeout }, () => {
  const refused = commands.filter((command) => !['drain --dry-run', 'uncordon'].includes(command));
  for (const command of refused) {
    it(`${command} ends with 77, says what is refused, and changes nothing`, async () => {
      await using bench = await Bench.open({ bare: true });
      await bench.admin.post('/api/v1/nodes', { metadata: { name: 'n1' } });
      const { code, out, err } = await bench.run(...command.split(' '));
      assert.equal(code, 77, out + err);
      assert.match(out + err, /missing|the API server refused to read the Lease kured-host\/kured-host/);
      assert.deepEqual(bench.changes(), []);
    });
  }
});

describe('a Node that is not there', { timeout }, () => {
  for (const command of ['drain', 'uncordon']) {
    it(`fails ${command} and says what to look at`, async () => {
      await using bench = await Bench.open();
      await bench.admin.delete('/api/v1/nodes/n1');
      const { code, err } = await bench.run(command);
      assert.equal(code, 1);
      assert.match(err, /^the Node n1 does not exist in the cluster \(yet\)\n {2}remedy: /);
    });
  }
});

const notRoot = skipUnless(process.getuid?.() === 0 ? null : 'only root can become somebody who may not');

describe('a user that may not ask the daemon', { timeout, skip: notRoot }, () => {
  const commandsOfDaemon: readonly [string, RegExp][] = [
    ['status', /^only root and the group kured-host may ask the daemon/],
    ['why', /^only root and the group kured-host may ask the daemon/],
    ['retry', /^only root may ask the daemon for something/],
  ];
  for (const [command, words] of commandsOfDaemon) {
    it(`${command} ends with 77`, async () => {
      await using bench = await Bench.open({ bare: true });
      const { code, err } = await asNobody(() => bench.run(command));
      assert.equal(code, 77, err);
      assert.match(err, words);
    });
  }
});

describe('wrong usage', { timeout }, () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['', /^Usage: kured-host COMMAND/],
    ['statsu', /^there is no command "statsu"; did you mean "status"\?; see "kured-host help"\n$/],
    ['drain --now', /^"drain" has no option "--now"; see "kured-host help drain"\n$/],
    ['drain --timeout 5', /^--timeout is "5", which has no unit .*; see "kured-host help drain"\n$/],
    ['lease release', /^NODE is missing; see "kured-host help lease release"\n$/],
    ['lease release N_7', /^"N_7" is no name of a node; see/],
    ['lease release n7 --timeout soon', /^--timeout is "soon", .*; see/],
    ['manifest --pool Big_Pool', /^"Big_Pool" is no name for a namespace or a pool/],
    ['help me', /^there is no command "me"/],
  ];
  for (const [line, words] of wrong) {
    it(`ends with 2 and one line: kured-host ${line}`, async () => {
      await using bench = await Bench.open({ bare: true });
      const ran: Ran = await bench.run(...line.split(' ').filter((word) => word !== ''));
      assert.deepEqual([ran.code, ran.out], [2, '']);
      assert.match(ran.err, words);
      assert.deepEqual(bench.server.audit, []);
    });
  }
});

/** The socket's folder is root's alone here, as the socket itself is on a machine. */
async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}
