import { reason } from '../../../src/core/reasons.ts';
import { type Row, timeOf } from '../language.ts';
import { goingDown } from '../world/answers.ts';
import { lost } from '../world/api.ts';
import type { World } from '../world/world.ts';
import { command } from './needs.ts';

/** The machine, logind and systemd. */
export const machineRows: readonly Row[] = [
  ['the machine goes down', (world) => goDown(world)],
  ['the power goes', (world) => down(world)],
  [
    'the machine boots',
    (world) => {
      boot(world);
      world.start();
    },
  ],
  [
    'the machine reboots softly',
    (world) => {
      world.kill();
      const { id, soft } = world.machine.boot;
      world.machine.boot = { id, soft: soft + 1 };
      world.machine.began = world.wall;
      world.machine.systemd = { is: 'quiet' };
      world.machine.against.delete('systemd');
      world.start();
    },
  ],
  [
    'another machine starts under this name',
    (world) => {
      world.kill();
      world.machine = { ...world.machine, id: 'machine-other', boot: { id: 'boot-other', soft: 0 }, began: world.wall };
      world.start();
    },
  ],
  [
    'somebody runs shutdown -r +<minutes>',
    (world, of) => {
      world.machine.systemd = { is: 'scheduled', what: 'reboot', at: world.wall + timeOf(`${of('minutes')} min`) };
      world.tell({ on: 'permission-hint' });
    },
  ],
  ['somebody cancels the shutdown', quiet],
  [
    'somebody runs systemctl reboot',
    (world) => {
      world.machine.systemd = { is: 'going-down', what: 'reboot' };
      world.tell({ on: 'permission-hint' });
    },
  ],
  [
    'logind does not answer',
    (world) => {
      world.machine.systemd = { is: 'silent' };
      world.tell({ on: 'permission-hint' });
    },
  ],
  ['logind answers again', quiet],
  ['systemd gives the reboot up', quiet],
  [
    'logind will refuse the reboot: <why>',
    (world, of) => {
      world.machine.call = { is: 'refused', reason: reason('reboot-refused', { why: of('why') }) };
    },
  ],
  [
    'logind will accept the reboot and do nothing',
    (world) => {
      world.machine.call = { is: 'accepted' };
    },
  ],
  [
    'logind will not answer the reboot call',
    (world) => {
      world.machine.call = { is: 'unknown', reason: reason('reboot-unanswered', { why: noAnswer }) };
    },
  ],
  [
    'logind will reboot when it is asked',
    (world) => {
      world.machine.call = null;
    },
  ],
  [
    'logind, which had not answered, takes the machine down',
    (world) => {
      world.machine.systemd = { is: 'going-down', what: goingDown(world) };
      world.tell({ on: 'permission-hint' });
    },
  ],
];

const noAnswer = 'busctl did not end within 10 s';

export { lost };

function quiet(world: World): void {
  world.machine.systemd = { is: 'quiet' };
  world.tell({ on: 'permission-hint' });
}

function goDown(world: World): void {
  const { systemd, call } = world.machine;
  if (systemd.is !== 'going-down' && call?.is !== 'accepted' && call?.is !== 'unknown')
    throw new Error('nobody has asked for a reboot; "the power goes" needs no asking');
  down(world);
}

function down(world: World): void {
  if (!world.machine.up) throw new Error('it is down already');
  world.kill();
  world.machine.up = false;
}

/** A boot empties /run, and with it the sentinel that a package left there. */
export function boot(world: World): void {
  const { machine } = world;
  if (machine.up) throw new Error('it is up; first "the machine goes down", or "the power goes"');
  machine.up = true;
  machine.boot = { id: `boot-${Number(machine.boot.id.replace(/\D/g, '')) + 1}`, soft: 0 };
  machine.began = world.wall;
  machine.systemd = { is: 'quiet' };
  for (const source of machine.needs.keys())
    if (source.startsWith('/run/') && source !== command) machine.needs.delete(source);
}
