import type { EventRows } from './event-row.ts';

/** The API server, credentials, and what is offered and told to others. */
export const outsideRows = {
  'api-lost': {
    id: '3804471279da4375a5b9142aec146466',
    level: 'warn',
    text: 'The API server cannot be reached',
    explanation: 'Nothing is concluded from its silence. The work goes on by itself when it answers.',
  },
  'api-back': {
    id: 'a2f3518720f94439b0a7e73e0f81b572',
    level: 'info',
    text: 'The API server answers again',
    explanation: 'Everything that may have changed is read anew.',
  },
  'api-refused': {
    id: '2ebcdef57890414fb4968792f416ad48',
    level: 'warn',
    text: 'The API server refused a request',
    explanation: 'A grant is missing. "kured-host preflight" names it, and the command that gives it.',
  },
  'credentials-loaded': {
    id: '6220f403dbdd4a42acc21077f6f054a2',
    level: 'info',
    text: 'The credentials were loaded',
    explanation: 'Every connection uses them from now on.',
  },
  'control-listening': {
    id: '5de4ddb194ad451ba5cabbfb59fca96b',
    level: 'info',
    text: 'The control sockets are open',
    explanation: 'The kured-host command talks to the service through them.',
  },
  'control-failed': {
    id: '827af7a68c054f21a50e741930fdfaae',
    level: 'warn',
    text: 'A control socket could not be opened',
    explanation: 'The service works without it, and the kured-host command shows what Lease, Node and boot ID tell.',
  },
  'metrics-listening': {
    id: '47c1c176040c47c5a69364750cb0b9a4',
    level: 'info',
    text: 'Metrics are offered',
    explanation: 'They can be read at the address that is named.',
  },
  'metrics-failed': {
    id: '6574b27676cd4b29a6f4b3e039274f56',
    level: 'warn',
    text: 'Metrics cannot be offered',
    explanation:
      'The address cannot be used, mostly because it is taken. It is tried again; the work is not touched by it.',
  },
  'textfile-written': {
    id: '909a8cdcba8e436a8b36ea6bbb2d742c',
    level: 'info',
    text: 'Metrics are written into a file',
    explanation:
      'The textfile collector of node-exporter can read them in the file that is named, which is written every 15 s.',
  },
  'textfile-failed': {
    id: '62d741fbab544292b6828462e054a6aa',
    level: 'warn',
    text: 'Metrics cannot be written into the file',
    explanation:
      'Its folder is missing, belongs to another user, or is closed to the service by its unit: "ReadWritePaths=FOLDER" in a drop-in ("systemctl edit kured-host") opens it after a restart. It is tried again every 15 s; the work is not touched by it.',
  },
  'told-failed': {
    id: '307f316f6a294b79a2d7c0eb26e4671c',
    level: 'debug',
    text: 'The cluster could not be told',
    explanation: 'An Event or a condition could not be written. The work does not depend on either.',
  },
  'notification-sent': {
    id: 'cf2c37db27dd41eaa09aa61617cbd348',
    level: 'debug',
    text: 'A notification was sent',
    explanation: 'Its receiver took it.',
  },
  'notification-delayed': {
    id: 'e9db0f1531ea4982a05b494972bb1799',
    level: 'warn',
    text: 'A notification could not be sent yet',
    explanation: 'It is tried again, after a restart and a reboot as well, for a day. The work does not wait for it.',
  },
  'notification-lost': {
    id: '19bf388e8246498e8e588a854f10129f',
    level: 'warn',
    text: 'A notification is not sent',
    explanation:
      'Its receiver refused it, or it is too old, or there is none. The work does not depend on it; docs/notifications.md tells what each service wants.',
  },
  details: {
    id: '948f399614b74268978f9592e0f0c6a7',
    level: 'debug',
    text: 'Details',
    explanation: 'For whoever follows the work step by step.',
  },
} as const satisfies EventRows;
