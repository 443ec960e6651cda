/** What was found of kured's settings, wherever they stood: what kured's own start would read. */
export interface Found {
  /** As they stand behind the program's name. */
  readonly args: readonly string[];
  /** Flags that a person adds to what was found: over all of it. */
  readonly added: readonly string[];
  /** The environment of its process; null: a value that stands elsewhere, in a Secret for one, which `from` names. */
  readonly env: readonly Variable[];
  /** A pod's: the kubelet has put variables in place of `$(NAME)`. */
  readonly inPod: boolean;
  /** Folders of the machine that its container sees elsewhere. */
  readonly mounts: readonly Mount[];
  /** What has nothing to do with flags, a clause each. */
  readonly notes: readonly string[];
}

export interface Variable {
  readonly name: string;
  readonly value: string | null;
  /** Where the value stands: `the key url of the Secret kured-notify`; empty where it is there. */
  readonly from: string;
}

export interface Mount {
  readonly inside: string;
  readonly outside: string;
}

/** A text with a file of another place in it, as the machine has that file. */
export function onMachine(path: string, mounts: readonly Mount[]): string {
  const clean = path.replaceAll(/\/{2,}/g, '/');
  const mount = mounts
    .filter(({ inside }) => clean === inside || clean.startsWith(`${inside.replace(/\/$/, '')}/`))
    .sort((one, other) => other.inside.length - one.inside.length)[0];
  if (mount === undefined) return clean;
  const rest = clean.slice(mount.inside.replace(/\/$/, '').length);
  return `${mount.outside.replace(/\/$/, '')}${rest}` || '/';
}
