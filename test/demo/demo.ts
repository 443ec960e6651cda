import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { systemClock } from '../../src/daemon/clock.ts';
import { Fleet } from '../fleet/fleet.ts';
import { addNode, type DemoNode } from './nodes.ts';
import { Pods } from './pods.ts';
import { type Bar, segmentsOf, timelineText } from './timeline.ts';
import { timelineSvg } from './timeline-svg.ts';
import { judge, type Verdict } from './verdict.ts';
import { liveView, plainView, stageOf, type View } from './view.ts';

const names = ['node-1', 'node-2', 'node-3', 'node-4', 'node-5'];
const pace = { boot: 1500, kubelet: 900, refused: 'node-4' };
const frame = 100;
/** Longer than any run takes; then it is judged as it stands. */
const atMost = 90_000;
/** A terminal with fewer columns gets plain lines. */
const narrowest = 60;
const forever = new AbortController().signal;
const root = resolve(import.meta.dirname, '../..');

if ((process.env['CLUSTER'] ?? '') === 'real') {
  process.stderr.write('demo: CLUSTER=real is not available; run `make demo` without it for the embedded API server\n');
  process.exit(2);
}
process.exit(await demo());

/** Five nodes that need a reboot get one each; answers the exit code. */
async function demo(): Promise<0 | 1> {
  const folder = mkdtempSync(join(tmpdir(), 'kured-host-demo-'));
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  process.stdout.write('Five nodes, each with the daemon in it, and one API server, all in this process.\n');
  process.stdout.write(`db may lose one pod at a time; the first reboot of ${pace.refused} is refused.\n\n`);
  try {
    await using fleet = await Fleet.open();
    const begin = systemClock.now().wall;
    const { revision } = fleet.server.store;
    const nodes = await Promise.all(names.map((name) => addNode(fleet, name, { ...pace, folder })));
    using pods = new Pods(fleet.server, names);
    pods.start();
    using view = openView(begin, remove);
    await play(nodes, pods, view);
    const end = systemClock.now().wall;
    const bars = nodes.map(({ name, machine }) => ({ node: name, segments: segmentsOf(machine.changes, begin, end) }));
    const history = fleet.server.store.since('nodes', revision);
    const boots = new Map(nodes.map(({ name, machine }) => [name, machine.boots.length]));
    const verdict = judge({ nodes: names, changes: 'oldest' in history ? [] : history, boots });
    tell(bars, verdict, view, end - begin);
    return verdict.ok ? 0 : 1;
  } finally {
    remove();
  }
}

function openView(begin: number, cleanUp: () => void): View {
  const { stdout, env } = process;
  const width = Number(env['COLUMNS']) || 100;
  const colours = stdout.isTTY && (env['NO_COLOR'] ?? '') === '';
  const terminal = {
    write: (text: string) => void stdout.write(text),
    columns: () => stdout.columns || width,
    colours,
  };
  const live = stdout.isTTY && env['TERM'] !== 'dumb' && stdout.columns >= narrowest;
  const view = live ? liveView(terminal, begin) : plainView(terminal, begin);
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.once(signal, () => {
      view[Symbol.dispose]();
      cleanUp();
      process.exit(code);
    });
  return view;
}

/** Drops the sentinels one after another and watches until every node is done. */
async function play(nodes: readonly DemoNode[], pods: Pods, view: View): Promise<void> {
  const begin = systemClock.now().wall;
  const dropAt = (index: number): number => begin + 1000 + index * 300;
  let dropped = 0;
  for (;;) {
    const now = systemClock.now().wall;
    for (; dropped < nodes.length && dropAt(dropped) <= now; dropped += 1) nodes[dropped]?.dropSentinel();
    view.show(nodes, pods, now);
    if (nodes.every(({ machine }) => stageOf(machine) === 'done') || now - begin > atMost) return;
    await systemClock.sleep(frame, forever);
  }
}

function tell(bars: readonly Bar[], verdict: Verdict, { columns, paint }: View, took: number): void {
  const write = (line: string): void => void process.stdout.write(`${line}\n`);
  const seconds = (took / 1000).toFixed(1);
  write('');
  for (const line of timelineText(bars, columns() - 1, paint)) write(line);
  write('');
  for (const { ok, text } of verdict.findings) write(`  ${ok ? paint.good('✓') : paint.bad('✗')} ${text}`);
  const outcome = verdict.ok ? `${bars.length} reboots, one at a time` : 'not as it should be';
  const picture = save(timelineSvg(bars, `kured-host: ${outcome}, ${seconds} s`));
  write(paint.dim(`\n  seen in the API server's history; ${seconds} s; drawn in ${picture}`));
}

/** In dist/, or where that cannot be written, among the temporary files. */
function save(svg: string): string {
  const path = join(root, 'dist/demo.svg');
  try {
    mkdirSync(join(root, 'dist'), { recursive: true });
    writeFileSync(path, svg);
    return path;
  } catch {
    const other = join(tmpdir(), 'kured-host-demo.svg');
    writeFileSync(other, svg);
    return other;
  }
}
