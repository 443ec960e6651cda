import { wallText } from '../core/now.ts';
import type { Permission } from '../core/permission.ts';
import { reason, reasonSentence } from '../core/reasons.ts';
import type { ShutdownLook } from '../core/shutdown.ts';
import type { PermissionSource } from '../ports/source.ts';

/** No permission while somebody else takes the machine down or has planned to: it happens anyway and is verified afterwards. */
export function shutdownSource(systemd: {
  lookAtShutdown(signal: AbortSignal): Promise<ShutdownLook>;
  watchShutdown(hint: () => void, signal: AbortSignal): void;
}): PermissionSource {
  return {
    name: 'systemd',
    ask: async (signal) => permissionOf(await systemd.lookAtShutdown(signal)),
    watch: systemd.watchShutdown,
  };
}

function permissionOf(look: ShutdownLook): Permission {
  switch (look.is) {
    case 'none':
      return { is: 'allowed' };
    case 'under-way':
      return { is: 'refused', reasons: [reason('shutdown-under-way', { what: look.what })] };
    case 'scheduled':
      return { is: 'refused', reasons: [reason('shutdown-scheduled', { what: look.what, at: wallText(look.at) })] };
    case 'unknown':
      // Passing, as for all that asks logind: packages upgrade the bus that it is asked over.
      return {
        is: 'unknown',
        reasons: [reason('shutdown-unknown', { why: reasonSentence(look.reason) })],
        passing: true,
      };
  }
}
