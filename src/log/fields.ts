import type { FieldName } from '../ports/outlets.ts';

/** The journal's name of a detail: `podName` is KURED_POD_NAME. */
export function journalName(name: string): string {
  return `KURED_${name
    .replace(/[A-Z]/g, '_$&')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/g, '_')}`.slice(0, 64);
}

/** Every field of an entry that is ours, with what it holds, in the order of the docs. */
export function fieldRows(): readonly (readonly [name: string, meaning: string])[] {
  const details = Object.entries(meanings).map(([name, meaning]) => [journalName(name), meaning] as const);
  return [...fixed, ...details];
}

/** Fields that the log itself adds (src/log/sinks.ts). */
const fixed: readonly (readonly [name: string, meaning: string])[] = [
  ['MESSAGE', 'the text of the event with its cause and details, in one line'],
  ['MESSAGE_ID', 'the kind of event, for ever the same; the table below names them'],
  ['PRIORITY', '3 for error, 4 for warn, 6 for info, 7 for debug'],
  ['SYSLOG_IDENTIFIER', 'kured-host'],
  ['KURED_EVENT', 'the kind of event, as a word'],
  ['KURED_SENTENCE', 'the reason in one sentence, beside KURED_REASON'],
  ['KURED_REMEDY', 'what a person can do about it'],
];

const meanings: Readonly<Record<FieldName, string>> = {
  node: "the Node's name, once it is known",
  phase: 'the phase this node is in, once there was more than one',
  reason: 'the code of the reason, which never changes its meaning',
  why: 'the cause, in words',
  from: 'what was before: a phase, or a boot ID',
  to: 'what is now: a phase, or a boot ID',
  lease: 'the Lease, as NAMESPACE/NAME',
  claim: 'the random name of the claim, new for each',
  holder: 'the Node whose claim it was',
  pod: 'the pod, as NAMESPACE/NAME',
  hook: 'the path of the hook; what a hook writes carries it as well',
  method: 'by what the reboot is asked for',
  meaning: 'what a stop of the service means: restart, stop, shutdown or unknown',
  effect: 'what was being done when a fault showed',
  purpose: 'what a write to the API server was for',
  source: 'the sentinel',
  file: 'the file, with line and column where they are known',
  changed: 'the sections of the configuration that changed, or what of them waits',
  user: 'as whom the API server is spoken to',
  server: 'the address of the API server',
  listen: 'the address or unix socket of the metrics',
  folder: 'where the control sockets are',
  group: 'whose members may ask for the status',
  version: 'the version of kured-host',
  count: 'how many',
  receiver: 'who did not take the messages',
  stack: 'where in the program a fault showed, in several lines',
};
