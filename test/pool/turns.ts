import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import type { Machine } from '../cluster/machine.ts';
import { realClock } from '../fakes/clock.ts';
import type { TestServer } from '../http/server.ts';
import { serve } from '../http/server.ts';
import type { Story } from './story.ts';

/** What makes a reboot that was permitted one that is not, with the words it is told in. */
export interface Turn {
  /** Its reason's code and, in every place that people look at, its sentence. */
  readonly code: string;
  readonly says: RegExp;
  /** The daemon notices it by itself at once; else at its next question, which the fence asks in any case. */
  readonly noticed: boolean;
  /** Sets it up; resources end with `stack`. */
  prepare(stack: AsyncDisposableStack): Promise<Prepared>;
}

export interface Prepared {
  /** Lines of the configuration. */
  readonly settings: string;
  happen(story: Story): Promise<void>;
}

const vector = (...result: readonly object[]): string =>
  JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
const quiet: RequestListener = (_request, response) => void response.end(vector());
const firing: RequestListener = (_request, response) => void response.end(vector({ metric: { alertname: 'Down' } }));
/** Accepts, and never answers. */
const hanging: RequestListener = () => {};

export const turns = {
  'the sentinel vanishes': {
    code: 'need-gone',
    says: /[Tt]he need for a reboot is gone/,
    noticed: true,
    prepare: async () => ({
      settings: '',
      happen: async ({ machine }) => rmSync(machine.folders.hostPath('/run/reboot-required')),
    }),
  },
  'the window closes': {
    code: 'window-closed',
    says: /outside the maintenance windows; the next one opens .* UTC/,
    noticed: true,
    prepare: async () => ({
      settings: window(-3600, 7200),
      // It closes by the clock, at its own edge.
      happen: async ({ machine }) => reconfigure(machine, /^maintenance: .*$/m, window(-3600, 2)),
    }),
  },
  'a person holds it': {
    code: 'held',
    says: /database restore/,
    noticed: true,
    prepare: async () => ({
      settings: '',
      happen: (story) => story.kubectl('annotate', 'node', story.name, 'kured-host/hold=database restore'),
    }),
  },
  'an alert fires': {
    code: 'alerts-active',
    says: /1 alert\(s\) in Prometheus \S+ are against a reboot: Down/,
    noticed: false,
    prepare: (stack) => prometheus(stack, firing),
  },
  'Prometheus hangs for ever': {
    code: 'permission-unknown',
    says: /cannot tell whether a reboot is permitted: Prometheus \S+: .*(no answer|5 s)/,
    noticed: false,
    prepare: (stack) => prometheus(stack, hanging),
  },
} satisfies Record<string, Turn>;

/** Answers that no alert fires, until it happens. */
async function prometheus(stack: AsyncDisposableStack, then: RequestListener): Promise<Prepared> {
  let says = quiet;
  const server: TestServer = stack.use(await serve((request, response) => says(request, response)));
  return {
    settings: `blockers: {prometheus: [{url: "${server.url.origin}", timeout: 5s}]}`,
    happen: async () => {
      says = then;
    },
  };
}

/** The configuration of one window, from and to in seconds from now. */
export function window(from: number, to: number): string {
  const [start, end] = [from, to].map((seconds) =>
    new Date(realClock().now().wall + seconds * 1000).toISOString().slice(11, 19),
  );
  return `maintenance: {windows: [{start: "${start}", end: "${end}"}]}`;
}

/** Changes a part of the machine's configuration, and has it taken. */
export function reconfigure(machine: Machine, part: RegExp, by: string): void {
  const file = machine.folders.hostPath('/etc/kured-host/config.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(part, by));
  machine.service?.kill('SIGHUP');
}
