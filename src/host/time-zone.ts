/** The IANA name of this machine's time zone, as /etc/localtime or TZ give it; `Etc/Unknown` when neither tells. */
export function machineZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
