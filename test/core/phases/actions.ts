import fc from 'fast-check';
import type { Lane } from '../../../src/core/phases/effect.ts';
import type { StopMeaning } from '../../../src/core/shutdown.ts';
import type { PermissionGiven } from './world-parts.ts';

/** How an effect ends: as asked; refused or failed; without an answer, with or without having happened, or to happen later. */
export type Fate = 'ok' | 'fails' | 'lost-but-done' | 'lost-and-late' | 'lost';

/** One thing that happens to the model world. */
export type Action =
  /** The world goes on without a fault, event by event, each with its own delay. */
  | { readonly do: 'go-on'; readonly rounds: number }
  | { readonly do: 'serve'; readonly lane: Lane; readonly fate: Fate }
  | { readonly do: 'deliver'; readonly lane: Lane }
  | { readonly do: 'land' }
  /** The drain tells that a pod is left. */
  | { readonly do: 'pod-left' }
  | { readonly do: 'pass'; readonly ms: number }
  /** The machine is suspended, and wakes. */
  | { readonly do: 'sleep'; readonly ms: number }
  | { readonly do: 'wake' }
  | { readonly do: 'watch'; readonly of: 'node' | 'lease'; readonly told: 'news' | 'broken' | 'resumed' | 'listed' }
  | { readonly do: 'crash' | 'start' | 'power-cut' | 'go-down' | 'soft-reboot' }
  | { readonly do: 'stop'; readonly meaning: StopMeaning }
  | { readonly do: 'permission'; readonly is: PermissionGiven }
  | { readonly do: 'need'; readonly is: 'new' | 'none' | 'unknown' | 'as-before' }
  | { readonly do: 'mode'; readonly is: 'reboot' | 'observe' }
  | { readonly do: 'kubelet'; readonly ready: boolean }
  | { readonly do: 'person'; readonly deed: PersonsDeed }
  | { readonly do: 'other'; readonly deed: OthersDeed };

/** `takes-over`: removes our entry once our Node is gone. `forges`: writes another boot into it; `forges-claim`: as another claim. */
export type OthersDeed =
  | 'claims'
  | 'releases'
  | 'queues'
  | 'leaves'
  | 'writes'
  | 'takes-over'
  | 'forges'
  | 'forges-claim';

export type PersonsDeed =
  | 'cordon'
  | 'uncordon'
  | 'take-mark'
  | 'pause'
  | 'resume'
  | 'ask-release'
  | 'force-release'
  | 'force-by-annotation'
  | 'retry'
  | 'hold'
  | 'unhold'
  | 'request'
  | 'cancel'
  | 'break-lease'
  | 'mend-lease'
  | 'delete-lease'
  | 'create-lease'
  | 'old-mark-back'
  | 'delete-node'
  | 'register-node'
  | 'delete-peer'
  | 'register-peer';

export const lanes: readonly Lane[] = [
  'lease',
  'node',
  'permission',
  'shutdown',
  'drain',
  'announce',
  'reboot',
  'hooks',
  'holder',
];

const lane = fc.constantFrom(...lanes);
const faultyLane = fc.constantFrom<Lane>('lease', 'lease', 'lease', 'node', 'node', 'node', ...lanes);

const goOn = fc.record({ do: fc.constant('go-on' as const), rounds: fc.integer({ min: 1, max: 14 }) });

/** Half of all that happens is ordinary, so that sequences get far; the rest is every fault there is. */
export const anyAction: fc.Arbitrary<Action> = fc.oneof(
  { weight: 16, arbitrary: goOn },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('serve' as const),
      lane: faultyLane,
      fate: fc.constantFrom<Fate>('ok', 'ok', 'fails', 'lost-but-done', 'lost-and-late', 'lost'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('deliver' as const), lane }) },
  { weight: 2, arbitrary: fc.constant<Action>({ do: 'land' }) },
  { weight: 1, arbitrary: fc.constant<Action>({ do: 'pod-left' }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(1, 900, 6_000, 12_000, 70_000, 1_000_000, 4_000_000),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('sleep' as const), ms: fc.constantFrom(60_000, 3_600_000) }),
  },
  { weight: 2, arbitrary: fc.constant<Action>({ do: 'wake' }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('watch' as const),
      of: fc.constantFrom<'node' | 'lease'>('node', 'lease'),
      told: fc.constantFrom<'news' | 'broken' | 'resumed' | 'listed'>(
        'news',
        'news',
        'news',
        'broken',
        'resumed',
        'listed',
      ),
    }),
  },
  { weight: 1, arbitrary: fc.constant<Action>({ do: 'crash' }) },
  { weight: 2, arbitrary: fc.constant<Action>({ do: 'start' }) },
  { weight: 1, arbitrary: fc.constantFrom<Action>({ do: 'power-cut' }, { do: 'go-down' }, { do: 'soft-reboot' }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('stop' as const),
      meaning: fc.constantFrom<StopMeaning>('restart', 'stop', 'stop', 'shutdown', 'unknown'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('permission' as const),
      is: fc.constantFrom<PermissionGiven>('allowed', 'allowed', 'refused', 'unknown', 'passing'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('need' as const),
      is: fc.constantFrom<'new' | 'none' | 'unknown' | 'as-before'>('new', 'none', 'unknown', 'as-before'),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('mode' as const),
      is: fc.constantFrom<'reboot' | 'observe'>('reboot', 'reboot', 'observe'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('kubelet' as const), ready: fc.boolean() }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('person' as const),
      deed: fc.constantFrom<PersonsDeed>(
        'cordon',
        'uncordon',
        'take-mark',
        'pause',
        'resume',
        'ask-release',
        'force-release',
        'force-by-annotation',
        'retry',
        'hold',
        'unhold',
        'request',
        'cancel',
        'break-lease',
        'mend-lease',
        'mend-lease',
        'delete-lease',
        'create-lease',
        'old-mark-back',
        'delete-node',
        'register-node',
        'register-node',
        'delete-peer',
        'delete-peer',
        'register-peer',
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('other' as const),
      deed: fc.constantFrom<OthersDeed>(
        'claims',
        'releases',
        'queues',
        'leaves',
        'writes',
        'takes-over',
        'forges',
        'forges-claim',
      ),
    }),
  },
);
