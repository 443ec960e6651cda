import { acceptTexts } from '../../../src/config/accept.ts';
import { decisionSettings } from '../../../src/core/phases/decision-settings.ts';
import type { Row } from '../language.ts';
import type { World } from '../world/world.ts';

/** The service's life, and its configuration. */
export const serviceRows: readonly Row[] = [
  ['the service starts', (world) => world.start()],
  ['the service is killed', kill],
  [
    'the service is killed and starts again',
    (world) => {
      kill(world);
      world.start();
    },
  ],
  [
    'the service is killed and starts again, <count> times',
    (world, of) => {
      for (let count = Number(of('count')); count > 0; count -= 1) {
        kill(world);
        world.start();
        world.settle();
      }
    },
  ],
  [
    'systemctl restart kured-host',
    (world) => {
      world.tell({ on: 'stop', meaning: 'restart' });
      world.settle();
      world.start();
    },
  ],
  ['systemctl stop kured-host', (world) => world.tell({ on: 'stop', meaning: 'stop' })],
  ['the service gets SIGTERM, as the machine goes down', (world) => world.tell({ on: 'stop', meaning: 'shutdown' })],
  ['the service gets SIGTERM, and systemd cannot say why', (world) => world.tell({ on: 'stop', meaning: 'unknown' })],
  ['kured-host retry', (world) => world.tell({ on: 'retry' })],
  ['the configuration says <line>', (world, of) => configure(world, of('line'))],
];

function kill(world: World): void {
  if (world.process === null) throw new Error('the service does not run');
  world.kill();
}

/** Lines as they stand in a file, "drain.timeout: 30m"; the real reader of the configuration takes or refuses them. */
function configure(world: World, line: string): void {
  const [, key = '', value = ''] = /^([\w.]+): (.*)$/.exec(line) ?? [];
  const kept = world.config.filter((text) => !text.startsWith(`${key}: `));
  world.config.splice(0, world.config.length, ...kept, `${key}: ${value}`);
  const texts = world.config.map((text, index) => ({ file: `line ${index + 1}`, text: yamlOf(text) }));
  const accepted = acceptTexts(texts);
  if (!accepted.valid) throw new Error(accepted.problems.map(({ message }) => message).join('; '));
  world.settings = accepted.settings;
  world.tell({ on: 'settings', settings: decisionSettings(world.settings) });
  world.tell({ on: 'permission-hint' });
}

function yamlOf(line: string): string {
  const [, section, rest = line] = /^(\w+)\.(.*)$/.exec(line) ?? [];
  return section === undefined ? `${rest}\n` : `${section}:\n  ${rest}\n`;
}
