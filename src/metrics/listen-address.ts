/** Where metrics are offered. `host` null: every address of the machine. A socket file may be used by the group. */
export type ListenAddress =
  | { readonly is: 'tcp'; readonly host: string | null; readonly port: number }
  | { readonly is: 'unix'; readonly path: string; readonly mode: number; readonly group: string };

/** `127.0.0.1:9110`, `[::1]:9110`, `name:9110`, `:9110` or `unix:/absolute/path`; null when it is none of these. */
export function parseListen(text: string): ListenAddress | null {
  if (text.startsWith('unix:/'))
    return { is: 'unix', path: text.slice('unix:'.length), mode: 0o660, group: 'kured-host' };
  const parts = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:[\]\s/]*)):(\d{1,5})$/.exec(text);
  if (parts === null) return null;
  const [, six, host, digits] = parts;
  const port = Number(digits);
  if (port < 1 || port > 65_535) return null;
  return { is: 'tcp', host: six ?? (host || null), port };
}
