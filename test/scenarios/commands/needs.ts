import type { Need } from '../../../src/core/need.ts';
import { reason } from '../../../src/core/reasons.ts';
import type { Row } from '../language.ts';
import { needAnswer } from '../world/answers.ts';
import type { World } from '../world/world.ts';

/** Sentinels. What a person requests on the Node stands with the persons. */
export const needRows: readonly Row[] = [
  ['/run/reboot-required asks for a reboot: <why>', (world, of) => need(world, '/run/reboot-required', of('why'))],
  ['the command /usr/bin/needs-reboot asks for a reboot: <why>', (world, of) => need(world, command, of('why'))],
  [
    'a file on a disk that is older than this boot asks for a reboot: <why>',
    (world, of) => need(world, '/var/run.disk/reboot-required', of('why'), true),
  ],
  [
    '/run/reboot-required is removed',
    (world) => {
      world.machine.needs.delete('/run/reboot-required');
      hear(world);
    },
  ],
  [
    'the sentinel cannot be read: <why>',
    (world, of) => {
      world.machine.needs.delete('/run/reboot-required');
      world.machine.needUnknown = reason('need-unknown', { source: '/run/reboot-required', why: of('why') });
      hear(world);
    },
  ],
  [
    'the sentinel can be read again',
    (world) => {
      world.machine.needUnknown = null;
      hear(world);
    },
  ],
];

/** A need that stays over a boot is a command's; a file in /run goes with it. */
export const command = '/usr/bin/needs-reboot';

function need(world: World, source: string, why: string, older = false): void {
  const reasons = why.split(', ');
  const made: Need = { fingerprint: `${source}: ${why}`, source, reasons, older };
  world.machine.needs.set(source, made);
  hear(world);
}

function hear(world: World): void {
  world.tell({ on: 'need', answer: needAnswer(world.machine) });
}
