import type { ReasonCode } from '../../src/core/reasons.ts';

/** What no story can tell, since it happens around the decisions: which test of another ring has it, or whose words it is in. */
export const toldElsewhere: {
  readonly interruptions: Readonly<Record<string, string>>;
  readonly reasons: readonly ReasonCode[];
} = {
  interruptions: {
    'the service hung': 'test/host/daemon-hangs-host.test.ts',
    'the journal stands still or restarts': 'test/host/neighbours-host.test.ts',
    "the whole system was frozen while clocks went on (a container's cgroup freezer)": 'test/host/suspend-host.test.ts',
    'the machine got another host name': 'test/pool/identity-real.test.ts',
    'the configuration is wrong, or the native library is missing': 'test/host/bad-input-host.test.ts',
  },
  reasons: [
    'daemon-stopped',
    'daemon-silent',
    'need-untold',
    'credentials-missing',
    'credentials-unusable',
    'api-failed',
    'host-unreadable',
    'memory-unusable',
    'rival',
    'rivals-unknown',
  ],
};
