import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { systemClock } from '../../src/daemon/clock.ts';
import { openEmbedded } from './embedded.ts';
import { openReal, whyNotReal } from './real.ts';
import { failing, type Stage } from './stage.ts';
import { type Bar, segmentsOf, timelineText } from './timeline.ts';
import { timelineSvg } from './timeline-svg.ts';
import type { Verdict } from './verdict.ts';
import { liveView, plainView, stageOf, type View } from './view.ts';

const frame = 100;
/** Longer than any run takes; then it is judged as it stands. */
const atMost = 90_000;
/** A terminal with fewer columns gets plain lines. */
const narrowest = 60;
const forever = new AbortController().signal;
const root = resolve(import.meta.dirname, '../..');

process.exit(await main(process.env['CLUSTER'] ?? ''));

async function main(cluster: string): Promise<number> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  if (cluster !== '' && cluster !== 'real' && cluster !== 'fake') return refuse('CLUSTER is "real" or "fake"', 2);
  const why = cluster === 'real' ? whyNotReal() : null;
  if (why !== null) return refuse(`CLUSTER=real: ${why}; without it the embedded API server is taken`, 69);
  return await demo(cluster === 'real' ? openReal : openEmbedded, say);
}

function refuse(why: string, code: number): number {
  process.stderr.write(`demo: ${why}\n`);
  return code;
}

/** Five nodes that need a reboot get one each; answers the exit code. */
async function demo(
  open: (say: (line: string) => void) => Promise<Stage>,
  say: (line: string) => void,
): Promise<0 | 1> {
  const ending = endedBySignal();
  await using stage = await open(say);
  ending.before(() => void stage[Symbol.asyncDispose]());
  say(`db may lose one pod at a time; the first reboot of ${failing} fails.\n`);
  using view = openView(stage.begin);
  ending.before(() => view[Symbol.dispose]());
  await play(stage, view);
  const end = systemClock.now().wall;
  const bars = stage.nodes.map(({ name, changes }) => ({
    node: name,
    segments: segmentsOf(changes, stage.begin, end),
  }));
  const verdict = await stage.verdict();
  tell(bars, verdict, view, end - stage.begin, stage.witness);
  return verdict.ok ? 0 : 1;
}

/** Puts the terminal right and removes what was made when a person ends it, the last thing that was opened first. */
function endedBySignal(): { before(cleanUp: () => void): void } {
  const work: (() => void)[] = [];
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)
    process.once(signal, () => {
      for (const cleanUp of work.reverse()) cleanUp();
      process.exit(code);
    });
  return { before: (cleanUp) => void work.push(cleanUp) };
}

function openView(begin: number): View {
  const { stdout, env } = process;
  const width = Number(env['COLUMNS']) || 100;
  const terminal = {
    write: (text: string) => void stdout.write(text),
    columns: () => stdout.columns || width,
    colours: stdout.isTTY && (env['NO_COLOR'] ?? '') === '',
  };
  const live = stdout.isTTY && env['TERM'] !== 'dumb' && env['CI'] !== 'true' && stdout.columns >= narrowest;
  return live ? liveView(terminal, begin) : plainView(terminal, begin);
}

/** Drops the sentinels one after another and watches until every node is done. */
async function play({ nodes, pods }: Stage, view: View): Promise<void> {
  const begin = systemClock.now().wall;
  const dropAt = (index: number): number => begin + 1000 + index * 300;
  let dropped = 0;
  for (;;) {
    const now = systemClock.now().wall;
    for (; dropped < nodes.length && dropAt(dropped) <= now; dropped += 1) nodes[dropped]?.dropSentinel();
    view.show(nodes, pods, now);
    if (nodes.every((node) => stageOf(node) === 'done') || now - begin > atMost) return;
    await systemClock.sleep(frame, forever);
  }
}

function tell(bars: readonly Bar[], verdict: Verdict, view: View, took: number, witness: string): void {
  const { columns, paint } = view;
  const write = (line: string): void => void process.stdout.write(`${line}\n`);
  const seconds = (took / 1000).toFixed(1);
  write('');
  for (const line of timelineText(bars, columns() - 1, paint)) write(line);
  write('');
  for (const { ok, text } of verdict.findings) write(`  ${ok ? paint.good('✓') : paint.bad('✗')} ${text}`);
  const outcome = verdict.ok ? `${bars.length} reboots, one at a time` : 'not as it should be';
  const picture = save(timelineSvg(bars, `kured-host: ${outcome}, ${seconds} s`));
  write(paint.dim(`\n  seen in ${witness}; ${seconds} s; drawn in ${picture}`));
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
