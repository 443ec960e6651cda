import { fieldsOf, parsed, textOf } from './elements.ts';

/** What a Node says, as a witness reads it. */
export interface NodeView {
  readonly uid: string;
  /** Null: it carries none. */
  readonly mark: MarkView | null;
  readonly cordoned: boolean;
  /** Who owns spec.unschedulable by managedFields; null: nobody; undefined: they do not tell whether it is us. */
  readonly cordonOwner: string | null | undefined;
  /** The boot that its kubelet reported, and whether it is Ready. */
  readonly boot: string;
  readonly ready: boolean;
  /** `kured-host/handled` as it stands, the need in it and the boot that met it. */
  readonly handled: { readonly text: string; readonly need: string; readonly boot: string } | null;
  readonly held: boolean;
  /** The value of a person's request for a reboot. */
  readonly requested: string | null;
}

export interface MarkView {
  readonly text: string;
  readonly claim: string;
  readonly boot: string;
  readonly soft: number | null;
  readonly need: string;
  /** Null: it cannot be read, and then the cordon is a person's. */
  readonly cordoned: boolean | null;
  readonly method: string;
}

const manager = 'kured-host';

export function nodeView(object: unknown): NodeView | null {
  if (object === null || object === undefined) return null;
  const { metadata, spec, status } = object as Record<'metadata' | 'spec' | 'status', unknown>;
  const { uid, annotations: all, managedFields } = fieldsOf(metadata);
  const annotations = fieldsOf(all) as Readonly<Record<string, string>>;
  const cordoned = fieldsOf(spec)['unschedulable'] === true;
  const { nodeInfo, conditions } = fieldsOf(status);
  const ready = list(conditions).find(({ type }) => type === 'Ready');
  return {
    uid: textOf(uid),
    mark: markView(annotations['kured-host/claim']),
    cordoned,
    cordonOwner: cordoned ? ownerOf(managedFields) : null,
    boot: textOf(fieldsOf(nodeInfo)['bootID']),
    ready: ready?.['status'] === 'True',
    handled: handledView(annotations['kured-host/handled']),
    held: annotations['kured-host/hold'] !== undefined,
    requested: annotations['kured-host/reboot-requested'] ?? null,
  };
}

/**
 * Whether the cordon is ours: the mark says so, and managedFields name us as owner; where they do not
 * tell, the mark decides.
 */
export function cordonIsOurs(node: NodeView | null): boolean {
  if (node === null || !node.cordoned || node.mark?.cordoned !== true) return false;
  return node.cordonOwner === undefined || node.cordonOwner === manager;
}

function markView(text: string | undefined): MarkView | null {
  if (text === undefined) return null;
  const { claim, boot, need, cordoned, method } = fieldsOf(parsed(text));
  const { id, soft } = fieldsOf(boot);
  return {
    text,
    claim: textOf(claim),
    boot: textOf(id),
    soft: typeof soft === 'number' ? soft : null,
    need: textOf(fieldsOf(need)['fingerprint']),
    cordoned: typeof cordoned === 'boolean' && textOf(claim) !== '' ? cordoned : null,
    method: textOf(method),
  };
}

function handledView(text: string | undefined): NodeView['handled'] {
  if (text === undefined) return null;
  const { need, boot } = fieldsOf(parsed(text));
  return { text, need: textOf(fieldsOf(need)['fingerprint']), boot: textOf(boot) };
}

function ownerOf(managedFields: unknown): string | null | undefined {
  const entries = list(managedFields);
  if (entries.length === 0) return undefined;
  const owner = entries.find(({ fieldsV1 }) => 'f:unschedulable' in fieldsOf(fieldsOf(fieldsV1)['f:spec']));
  if (owner === undefined) return null;
  const name = textOf(owner['manager']);
  return name === 'ancient-changes' && ownsMark(owner) ? undefined : name;
}

/** The API server merges its oldest entries into one: what was set by one PATCH stays together there. */
function ownsMark({ fieldsV1 }: Readonly<Record<string, unknown>>): boolean {
  return 'f:kured-host/claim' in fieldsOf(fieldsOf(fieldsOf(fieldsV1)['f:metadata'])['f:annotations']);
}

function list(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return Array.isArray(value) ? value : [];
}
