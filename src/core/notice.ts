/** Moments that people can be told of, in the order of a reboot. */
export const noticeMoments = [
  'needed',
  'waiting',
  'draining',
  'drain-failed',
  'pods-left',
  'rebooting',
  'back',
  'stuck',
  'taken-over',
] as const;

export type NoticeMoment = (typeof noticeMoments)[number];

/** What becomes of tries to tell a receiver: taken, to be tried again, given up. */
export const noticeOutcomes = ['sent', 'failed', 'lost'] as const;

export type NoticeOutcome = (typeof noticeOutcomes)[number];

/** One moment of one node; `why` is a clause, empty where there is nothing to add; `at` is RFC 3339. */
export interface Notice {
  readonly moment: NoticeMoment;
  readonly node: string;
  readonly why: string;
  readonly at: string;
}

export type Templates = { readonly [moment in NoticeMoment]?: string };

export const usualTemplates: Readonly<Record<NoticeMoment, string>> = {
  needed: 'Node {node} needs a reboot: {why}',
  waiting: 'Node {node} waits for its reboot since {since}: {why}',
  draining: 'Draining node {node}: {why}',
  'drain-failed': 'Node {node} is not rebooted for now: {why}',
  'pods-left': 'Node {node} is to reboot with pods left on it: {why}',
  rebooting: 'Rebooting node {node}',
  back: 'Node {node} is back after its reboot',
  stuck: 'Node {node} needs a person: {why}',
  'taken-over': 'Node {node} took a lost claim out of the reboot Lease: {why}',
};

/** Every field that a template may name. */
export const templateFields = ['node', 'why', 'moment', 'at', 'since'] as const;

/** A line of a chat; every service takes one of this length. */
const longestText = 600;

/**
 * The text of a notice. `{node}` and the other fields are filled in, `%s` is the node's name as in kured's templates, and
 * `{{`, `}}` and `%%` stand for one character. `since` is empty where nothing is waited for.
 */
export function noticeText(notice: Notice & { readonly since: string }, templates: Templates): string {
  const template = templates[notice.moment] ?? usualTemplates[notice.moment];
  const text = template.replace(mark, (found, name: string | undefined) => {
    if (name !== undefined) return isField(name) ? notice[name] : found;
    return found === '%s' ? notice.node : found.slice(1);
  });
  const characters = [...text];
  return characters.length <= longestText ? text : `${characters.slice(0, longestText - 1).join('')}…`;
}

/** Why a text is no template, continuing "which …"; null: it is one. */
export function templateTrouble(template: string): string | null {
  for (const [, name] of template.matchAll(mark)) {
    if (name !== undefined && !isField(name)) {
      return `which names the field {${name}}; there are {${templateFields.join('}, {')}}`;
    }
  }
  return /[{}]/.test(template.replace(mark, '')) ? 'which has a single brace; write {{ or }} for a brace' : null;
}

const mark = /\{\{|\}\}|%%|%s|\{([^{}]{0,40})\}/g;

function isField(name: string): name is (typeof templateFields)[number] {
  return (templateFields as readonly string[]).includes(name);
}
