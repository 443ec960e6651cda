import type { FaultName } from '../faults.ts';
import type { Fate, FateOf, OnItsWay } from '../network.ts';
import type { Surroundings } from '../surroundings.ts';

type Usual = Extract<Fate, { is: 'usual' }>;
/** Milliseconds between two bounds, from the seed. */
type Between = (least: number, most: number) => number;

interface Row {
  readonly fault: FaultName;
  /** Which requests it can strike; absent: all. */
  readonly only?: (of: OnItsWay) => boolean;
  readonly fate: (usual: Usual, between: Between) => Fate;
}

const rows: readonly Row[] = [
  { fault: 'unreachable', fate: ({ there }) => ({ is: 'refused', after: there }) },
  { fault: 'request-lost', fate: (_, between) => ({ is: 'broken', broken: between(1, 200), there: null }) },
  {
    fault: 'answer-lost',
    fate: ({ there }, between) => ({ is: 'broken', broken: there + between(1, 200), there }),
  },
  // Longer than any deadline of a write: the client has given up, read, and perhaps gone on when it lands.
  {
    fault: 'request-late',
    fate: (_, between) => ({ is: 'silent', there: between(200, between(0, 1) < 0.5 ? 20_000 : 900_000) }),
  },
  { fault: 'answer-never', fate: ({ there }) => ({ is: 'silent', there }) },
  { fault: 'slow', fate: ({ back }, between) => ({ is: 'usual', there: between(1_000, 14_000), back }) },
  { fault: 'conflict', only: isUpdate, fate: answered(409, 'Conflict') },
  { fault: 'throttled', fate: answered(429, 'TooManyRequests', 1) },
  { fault: 'server-error', fate: answered(500, 'InternalError') },
  { fault: 'unavailable', fate: answered(503, 'ServiceUnavailable') },
  { fault: 'expired', only: isResumed, fate: answered(410, 'Expired') },
];

/** Writes decide most: a strike on one is so many times as likely. */
const weightOfWrites = 4;

/** What becomes of single requests. */
export function fateOfRequests({ strikes, weather }: Surroundings): FateOf {
  return (of, usual) => {
    if (usual.is !== 'usual') return usual;
    const weight = of.request.method === 'GET' ? 1 : weightOfWrites;
    for (const { fault, only, fate } of rows) {
      if (only !== undefined && !only(of)) continue;
      if (!strikes.at(fault, of.place, weight)) continue;
      return fate(usual, (least, most) => weather.between(`${of.place}/${fault}/${most}`, least, most));
    }
    return usual;
  };
}

function answered(code: number, reason: string, retryAfter?: number): Row['fate'] {
  const message = `the API server says ${code}`;
  const answer = { code, reason, message, ...(retryAfter === undefined ? {} : { retryAfter }) };
  return ({ there, back }) => ({ is: 'answered', there, back, answer });
}

function isUpdate({ request }: OnItsWay): boolean {
  return request.method === 'PUT' || request.method === 'PATCH';
}

function isResumed({ request }: OnItsWay): boolean {
  return request.method === 'GET' && request.path.includes('resourceVersion=');
}
