import type { EventCode, Log, LogFields } from '../../src/ports/outlets.ts';

/** A log that only remembers. */
export interface QuietLog extends Log {
  readonly told: readonly { readonly code: EventCode; readonly fields: LogFields }[];
}

export function quietLog(): QuietLog {
  const told: { code: EventCode; fields: LogFields }[] = [];
  return {
    told,
    event: (code, fields = {}) => void told.push({ code, fields }),
    always: () => undefined,
    setLevel: () => undefined,
  };
}
