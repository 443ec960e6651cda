const hidden = '[hidden]';

/**
 * Text without what may never be written to a log: bearer and basic credentials, JSON web tokens, user and password in a
 * URL, PEM blocks, and values behind names like `token=` or `"password":`. A safety net behind "secrets are never passed to
 * the log", for error texts of other programs that repeat what they were given.
 */
export function withoutSecrets(text: string): string {
  return patterns.reduce((left, [pattern, by]) => left.replace(pattern, by), text);
}

/** A field by whose name alone its value must not be shown. */
export function isSecretName(name: string): boolean {
  return /token|secret|password|passphrase|credential|authorization|privatekey/i.test(name);
}

const patterns: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z0-9 ]{1,40}-----.*?(?:-----END [A-Z0-9 ]{1,40}-----|$)/gs, hidden],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${hidden}`],
  [/\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*/g, hidden],
  [/(\b[a-z][a-z0-9+.-]{1,30}:\/\/)[^\s/@"']{1,500}@/gi, `$1${hidden}@`],
  [
    /(["']?\b(?:[\w-]{0,40}token|secret|password|passwd|api[_-]?key)["']?\s*[=:]\s*)(?:"[^"]*"|'[^']*'|[^\s"',;&)]+)/gi,
    `$1${hidden}`,
  ],
];
