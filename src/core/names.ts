const name = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const subdomain = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/**
 * A key of labels, annotations and taints (k8s.io/apimachinery/pkg/util/validation, IsQualifiedName): at most 63 characters,
 * before it optionally a DNS subdomain and a slash.
 */
export function isQualifiedName(text: string): boolean {
  const parts = text.split('/');
  const last = parts.at(-1) ?? '';
  const prefix = parts.length === 2 ? parts[0] : undefined;
  const fits = parts.length <= 2 && last.length <= 63 && name.test(last);
  return fits && (prefix === undefined || (prefix.length <= 253 && subdomain.test(prefix)));
}

/** The value of a label (IsValidLabelValue), which may be empty. */
export function isLabelValue(text: string): boolean {
  return text === '' || (text.length <= 63 && name.test(text));
}

/** What stands before the slash of a key; empty where there is none. */
export function prefixOf(key: string): string {
  const slash = key.indexOf('/');
  return slash < 0 ? '' : key.slice(0, slash);
}
