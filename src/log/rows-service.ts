import type { EventRows } from './event-row.ts';

/** The service itself: its life, its configuration, its memory. */
export const serviceRows = {
  'service-starting': {
    id: '3293da35129648f488e6fb0933005de3',
    level: 'info',
    text: 'The service starts',
    explanation:
      'kured-host has begun to look at its configuration, this boot, the Lease and the Node. Nothing is changed before all of them have been read.',
  },
  'service-ready': {
    id: 'a02793c06abb49a98361b9f43eb9c6ea',
    level: 'info',
    text: 'The service is ready',
    explanation:
      'kured-host has looked around as far as it could and now waits for events. What it waits for is shown by "kured-host status".',
  },
  'service-stopping': {
    id: '9f872a960d4f499199254459b318c28f',
    level: 'info',
    text: 'The service stops',
    explanation: 'systemd or a person stops the service. After a restart or a boot the work goes on where it was.',
  },
  'service-stopped': {
    id: '650fdf2a30da4a6eace847ac11ccd7b5',
    level: 'info',
    text: 'The service has stopped',
    explanation:
      'Nothing is done any more on this node until the service runs again. A claim that is still held stays held: nobody takes it by its age.',
  },
  'second-instance': {
    id: 'e4ea69254788451d96424ce275ccea8b',
    level: 'error',
    text: 'Another daemon already runs on this node',
    explanation:
      'Two daemons would decide about one node, so the second one ends. The message names the process that runs.',
  },
  'instance-unknown': {
    id: 'd849aa631ff047d39902860298824a90',
    level: 'warn',
    text: 'It cannot be told whether another daemon runs on this node',
    explanation:
      'The lock in /run/kured-host could not be taken. The service goes on; make sure that it was started once only, and mend what is named here.',
  },
  'native-missing': {
    id: 'c6c54fb751274260b8adef2a5d24f36e',
    level: 'warn',
    text: 'The native library could not be loaded',
    explanation:
      'It runs without native journal fields and writes JSON lines instead. Under systemd it would not start, because nothing could be said to systemd. Installing the package again brings the file back.',
  },
  'messages-dropped': {
    id: '08d716577d3b4311aa3ed511c2419044',
    level: 'warn',
    text: 'Messages were dropped',
    explanation:
      'A receiver (the journal or the service manager) did not take messages in time. They were given up, because waiting would have stopped the work.',
  },
  'was-away': {
    id: '3afef9a43d702eacb0151dd068cd0529',
    level: 'warn',
    text: 'This service stood still',
    explanation:
      'The machine was asleep, or it or this process was stopped for that long. Nothing that was known before is taken for granted: permission is asked again, and times that have passed meanwhile count.',
  },
  'internal-error': {
    id: 'f8d476188db846fbba97f15bb6ce8dca',
    level: 'error',
    text: 'Something happened that should not',
    explanation:
      'This is a fault in kured-host. It takes it as "unknown", which never permits a reboot. Please report it together with the field KURED_STACK.',
  },
  'config-loaded': {
    id: '12fbae5de0424c78a65b4fbe856c4ff2',
    level: 'info',
    text: 'The configuration was read',
    explanation:
      'All files together gave valid settings. "kured-host config show" shows each value and the file it came from.',
  },
  'config-refused': {
    id: '22b300eba8e24a68ac78aa456ccf9aa1',
    level: 'error',
    text: 'The configuration was refused',
    explanation:
      'The files together do not give valid settings. A running service keeps the settings from before; one that was being started ends with exit status 78 and is not started again by itself: mend the file, then "systemctl restart kured-host". "kured-host config check" shows the same message without changing anything.',
  },
  'config-waits': {
    id: '59015aaab23046e6b7db235f4dd0fa7d',
    level: 'info',
    text: 'A part of the new configuration waits',
    explanation:
      'A change of pool, of how the reboot is asked for, or to the credentials of another Node is taken after the claim that is held now was released. Where the files of the credentials became those of another Node, only the old ones, or a person, can release it; credentials that cannot be used are taken as soon as they can. The message says which it is.',
  },
  'rival-found': {
    id: 'c134afb15b1742f59f1b52bbf01e2436',
    level: 'warn',
    text: 'Somebody else may reboot this node',
    explanation:
      'Another program on this node is set up to reboot it by itself, at any moment and without its turn in the Lease: two nodes of the pool may be down at once. kured-host takes such a reboot for one that has happened, and verifies it. What a person can do about it: @KURED_REMEDY@',
  },
  'memory-unusable': {
    id: 'faed5c98860e49cca859650c85a4e017',
    level: 'warn',
    text: 'What is remembered over restarts cannot be used',
    explanation:
      'Lost may be how long to wait after failures, since when a need waits, and messages that were not sent yet; where a person has taken the mark off a node that went down, it may reboot once more. No law rests on it: safety rests on the Lease and the Node alone.',
  },
} as const satisfies EventRows;
