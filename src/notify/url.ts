/** A notification URL in parts, as shoutrrr's services read theirs. */
export interface ServiceUrl {
  readonly scheme: string;
  readonly user: string;
  readonly password: string;
  readonly host: string;
  /** The host with its port, where there is one. */
  readonly authority: string;
  readonly port: number | null;
  readonly path: readonly string[];
  readonly whole: URL;
  /** The value of a parameter, whose name counts without case; null: not given. */
  param(name: string): string | null;
}

/** Null: it is no URL. */
export function readUrl(text: string): ServiceUrl | null {
  try {
    const whole = new URL(text);
    const params = new Map([...whole.searchParams].map(([name, value]) => [name.toLowerCase(), value]));
    return {
      scheme: whole.protocol.slice(0, -1),
      user: decodeURIComponent(whole.username),
      password: decodeURIComponent(whole.password),
      host: decodeURIComponent(whole.hostname),
      authority: whole.host,
      port: whole.port === '' ? null : Number(whole.port),
      path: whole.pathname
        .split('/')
        .filter((part) => part !== '')
        .map(decodeURIComponent),
      whole,
      param: (name) => params.get(name.toLowerCase()) ?? null,
    };
  } catch {
    return null;
  }
}

/** shoutrrr's yes and no. */
export function isYes(value: string | null): boolean {
  return value !== null && ['1', 'true', 'yes'].includes(value.toLowerCase());
}

/** A URL of parts that are not trusted to be free of slashes. */
export function httpUrl(authority: string, path: readonly string[], plain = false): URL {
  return new URL(`${plain ? 'http' : 'https'}://${authority}/${path.map(encodeURIComponent).join('/')}`);
}
