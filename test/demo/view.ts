import { type Paint, paintFor, type Stage } from './palette.ts';
import type { DemoNode, PodsView } from './stage.ts';
import { Screen, tableLines } from './table.ts';

/** How a person follows the story; `show` is called several times a second. */
export interface View extends Disposable {
  readonly paint: Paint;
  readonly columns: () => number;
  say(text: string): void;
  show(nodes: readonly DemoNode[], pods: PodsView, now: number): void;
}

export interface Terminal {
  readonly write: (text: string) => void;
  readonly columns: () => number;
  readonly colours: boolean;
}

/** A table that is drawn in place. */
export function liveView(terminal: Terminal, begin: number): View {
  const paint = paintFor(terminal.colours);
  const screen = new Screen(terminal.write);
  return {
    paint,
    columns: terminal.columns,
    say: () => {},
    show: (nodes, pods, now) => {
      const rows = nodes.map((node) => ({
        node: node.name,
        stage: stageOf(node),
        since: now - sinceOf(node, now),
        pods: pods.on(node.name),
        reason: node.reason,
      }));
      const width = terminal.columns() - 1;
      const seconds = `${((now - begin) / 1000).toFixed(1)} s`;
      const foot = width >= 80 ? `  ${seconds}   pods: ● running  ◌ starting  ○ ending` : `  ${seconds}`;
      screen.draw([...tableLines(rows, width, paint), '', paint.dim(foot)]);
    },
    [Symbol.dispose]: () => screen[Symbol.dispose](),
  };
}

/** A line for each change of a node's phase or reason that lasted; what is over at once is left out. */
export function plainView(terminal: Terminal, begin: number): View {
  const paint = paintFor(false);
  const told = new Map<string, { count: number; key: string }>();
  const line = (at: number, who: string, text: string): void =>
    terminal.write(`${((at - begin) / 1000).toFixed(1).padStart(5)} s  ${who.padEnd(7)} ${text}\n`);
  return {
    paint,
    columns: terminal.columns,
    say: (text) => terminal.write(`${text}\n`),
    show: (nodes) => {
      const fresh = nodes.flatMap((node) => newChanges(node, told));
      for (const { at, name, text } of fresh.sort((a, b) => a.at - b.at)) line(at, name, text);
    },
    [Symbol.dispose]: () => {},
  };
}

function newChanges(
  { name, changes }: DemoNode,
  told: Map<string, { count: number; key: string }>,
): readonly { readonly at: number; readonly name: string; readonly text: string }[] {
  let { count, key } = told.get(name) ?? { count: 0, key: '' };
  const fresh = [];
  for (const [index, { at, status }] of changes.entries()) {
    if (index < count || changes[index + 1]?.status.phase === status.phase) continue;
    const next = `${status.phase} ${status.reason.code}`;
    if (next !== key) fresh.push({ at, name, text: `${status.phase.padEnd(11)} ${status.reason.message}` });
    key = next;
  }
  count = changes.length;
  told.set(name, { count, key });
  return fresh;
}

/** The phase; idle after a reboot is `done`. */
export function stageOf({ changes, boots }: DemoNode): Stage {
  const phase = changes.at(-1)?.status.phase ?? 'recovering';
  return phase === 'idle' && boots > 1 ? 'done' : phase;
}

function sinceOf({ changes }: DemoNode, now: number): number {
  const phase = changes.at(-1)?.status.phase;
  const before = changes.findLastIndex(({ status }) => status.phase !== phase);
  return changes[before + 1]?.at ?? now;
}
