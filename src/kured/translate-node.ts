import { isForbiddenToNodes } from '../core/node-restriction.ts';
import type { FlagSet } from './flag-set.ts';
import type { SheetDraft } from './sheet.ts';

/** What is written on the Node around a reboot. */
export function translateNode(flags: FlagSet, sheet: SheetDraft): void {
  labels(flags, 'pre-reboot-node-labels', 'node.labelsBeforeDrain', before, sheet);
  labels(flags, 'post-reboot-node-labels', 'node.labelsAfterReboot', after, sheet);
  if (flags.isOn('annotate-nodes')) {
    sheet.write(
      'node.kuredAnnotations',
      true,
      'the one of a reboot in progress goes when none is needed any more, too',
    );
  }
  const taint = flags.text('prefer-no-schedule-taint');
  if (taint !== '') {
    const needs =
      'a kubelet may not set it: credentials.kubeconfig has to name credentials that may, or the service does not start';
    sheet.write('node.preferNoScheduleTaint', taint, `${needs}; it stands while blockers refuse as well`);
  }
}

const before =
  'with the cordon, in one write; put back when the node is restored, where kured leaves what no post label names: name it in labelsAfterReboot for that';
const after = 'when the reboot is proven; kured sets them after a drain that failed, too';

function labels(
  flags: FlagSet,
  flag: 'pre-reboot-node-labels' | 'post-reboot-node-labels',
  key: string,
  comment: string,
  sheet: SheetDraft,
): void {
  const wanted = new Map<string, string>();
  for (const label of flags.list(flag)) {
    const [name = '', value] = label.split('=');
    if (value === undefined || name === '') {
      sheet.problem(
        `--${flag} has "${label.slice(0, 60)}", which is no KEY=VALUE, so that kured ends when it comes to it`,
      );
      return;
    }
    // Of a=b=c kured keeps b.
    wanted.set(name, value);
  }
  if (wanted.size === 0) return;
  const closed = [...wanted.keys()].filter((name) => isForbiddenToNodes(name));
  const refused =
    closed.length === 0 ? '' : `; a kubelet may not write ${closed.join(', ')}, with which the service does not start`;
  sheet.write(
    key,
    [...wanted].map(([name, value]) => `${name}=${value}`),
    `${comment}${refused}`,
  );
}
