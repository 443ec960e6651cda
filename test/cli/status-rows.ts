import type { Bench } from './bench.ts';

/** The rows of a status, by name. */
export function rows(out: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    out.split('\n').flatMap((line) => {
      const found = /^(\S+(?: \S+)?) {2,}(.*)$/.exec(line);
      return found === null ? [] : [[found[1], found[2]]];
    }),
  );
}

/** Marks and cordons n1 as the daemon does it, for a claim that was made in the boot of that ID. */
export async function mark(bench: Bench, boot: string): Promise<void> {
  const claim = {
    claim: 'claim-n1',
    boot: { id: boot, soft: null },
    need: { fingerprint: 'f', reasons: [] },
    lease: 'kured-host/kured-host',
    cordoned: true,
  };
  await bench.admin.patch(
    '/api/v1/nodes/n1',
    { metadata: { annotations: { 'kured-host/claim': JSON.stringify(claim) } }, spec: { unschedulable: true } },
    'merge',
    { fieldManager: 'kured-host' },
  );
}
