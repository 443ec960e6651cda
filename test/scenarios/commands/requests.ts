import { reason } from '../../../src/core/reasons.ts';
import type { Row } from '../language.ts';
import { answer, land, outcome, refused, unanswered } from '../world/answers.ts';
import { lost } from '../world/api.ts';
import type { Flight, Write } from '../world/parts.ts';
import { requestName, requestNames } from '../world/requests.ts';
import type { World } from '../world/world.ts';

/** What becomes of single requests of the service. First "hangs", then what comes of it. */
export const requestRows: readonly Row[] = [
  [
    'the <request> hangs',
    (world, of) => {
      world.hangs.add(known(of('request')));
    },
  ],
  [
    'the <request> arrives',
    (world, of) => {
      const flight = hanging(world, of('request'));
      const event = answer(world, flight);
      if (event !== null) world.answer(flight, event);
    },
  ],
  [
    'the <request> takes effect, and its answer is lost',
    (world, of) => {
      const { flight, write } = hangingWrite(world, of('request'));
      land(world, write);
      world.answer(flight, unanswered(write, lost));
    },
  ],
  [
    'no answer to the <request> comes',
    (world, of) => {
      const { flight, write } = hangingWrite(world, of('request'));
      world.late.push(write);
      world.answer(flight, unanswered(write, lost));
    },
  ],
  [
    'the <request> is refused: <why>',
    (world, of) => {
      const { flight, write } = hangingWrite(world, of('request'));
      world.answer(flight, refused(write, reason('api-refused', { action: actionOf(write), why: of('why') })));
    },
  ],
  [
    'the late <request> takes effect',
    (world, of) => {
      const write = world.late.find((effect) => requestName(effect) === of('request'));
      if (write === undefined) throw new Error('no such request is under way');
      world.late.splice(world.late.indexOf(write), 1);
      const came = land(world, write);
      const event = outcome(write, came, world);
      if ('result' in event && event.result.is === 'conflict') world.teller.tooLate(world, requestName(write));
    },
  ],
];

function known(name: string): string {
  if (!requestNames.includes(name))
    throw new Error(`there is no request "${name}"; there are: ${requestNames.join(', ')}`);
  return name;
}

function hanging(world: World, name: string): Flight {
  const flights = [...(world.process?.flights.values() ?? [])].filter(({ hangs }) => hangs);
  const flight = flights.find(({ effect }) => requestName(effect) === known(name));
  if (flight !== undefined) return flight;
  const others = flights.map(({ effect }) => requestName(effect)).join(', ') || 'nothing';
  throw new Error(`it does not hang; what hangs: ${others}. Before it is sent, say "the ${name} hangs"`);
}

function hangingWrite(world: World, name: string): { readonly flight: Flight; readonly write: Write } {
  const flight = hanging(world, name);
  const { effect } = flight;
  if (effect.do !== 'write-lease' && effect.do !== 'patch-node')
    throw new Error('that is no write; it can only arrive');
  return { flight, write: effect };
}

function actionOf(write: Write): string {
  return write.do === 'write-lease' ? 'write the Lease kured-host/kured-host' : 'patch the Node n1';
}
