import type { Machine } from '../machine.ts';
import type { LinesOf, OnItsWay, OpenStream } from '../network.ts';
import type { Surroundings } from '../surroundings.ts';
import { lasting, recurring } from './recurring.ts';

/** Watches of a machine fall silent for a while without anybody noticing, or are cut. */
export function startWatches(machine: Machine, around: Surroundings): void {
  const { network, time } = around;
  const open = (): readonly OpenStream[] => [...network.streams].filter(({ of }) => of.node === machine.name);
  recurring(around, 'watch-cut', machine.name, () => {
    for (const stream of open()) stream.cut();
  });
  recurring(around, 'watch-silent', machine.name, (name) => {
    const silenced = open();
    for (const stream of silenced) stream.silence();
    time.timer(lasting(around, name, 1_000, 300_000), () => {
      for (const stream of silenced) stream.speak();
    });
  });
}

/** HAProxy as kubeadm's guide sets it up. */
const balancerTime = 35_000;

/** It is part of how things are, so it does not heal: everything has to be met behind it, too. */
export function startBalancer({ name }: Machine, { network, time, strikes, timeline }: Surroundings): void {
  if (!strikes.at('balancer', name)) return;
  timeline.note(name, `is behind a balancer that closes what is silent for ${balancerTime / 1000} s`);
  const look = (): void => {
    const open = [...network.streams].filter(({ of }) => of.node === name);
    const left = ({ saidAt }: OpenStream): number => saidAt + balancerTime - time.mono();
    for (const stream of open) if (left(stream) <= 0) stream.cut();
    // What is opened meanwhile is not closed before that either.
    time.timer(Math.min(balancerTime, ...open.map(left).filter((ms) => ms > 0)), look);
  };
  look();
}

/** How many lines of a watch are told again at most. */
const mostAgain = 3;

/**
 * Lines come twice, and a watch that was opened anew begins with what an API server that lags behind still knows: lines which the
 * watch before had told already, in their order.
 */
export function linesAgain({ strikes }: Surroundings): LinesOf {
  const told = new Map<string, { place: string; count: number; lines: string[] }>();
  const keys = new WeakMap<OnItsWay, string>();
  return (of, line) => {
    const key = keys.get(of) ?? watched(of);
    keys.set(of, key);
    const known = told.get(key) ?? { place: of.place, count: 0, lines: [] };
    const first = known.place !== of.place;
    const before = first ? known.lines : known.lines.slice(-1);
    const fault = first ? 'watch-behind' : 'watch-twice';
    const again = strikes.at(fault, `${of.place}/line-${known.count}`) ? before : [];
    const isObject = !line.includes('"type":"BOOKMARK"') && !line.includes('"type":"ERROR"');
    const lines = isObject ? [...known.lines, line].slice(-mostAgain) : known.lines;
    told.set(key, { place: of.place, count: known.count + 1, lines });
    return [...again, line];
  };
}

/** What is watched, and by whom, in whichever request. */
function watched({ node, request }: OnItsWay): string {
  return `${node} ${request.path.replace(/[?&](?:resourceVersion|timeoutSeconds)=[^&]*/g, '')}`;
}
