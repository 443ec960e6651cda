import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { reasonCodes } from '../../src/core/reasons.ts';
import { everyState } from '../core/phases/every-state.ts';
import { recoveryRows } from '../core/phases/recovery-rows.ts';
import { phaseWord } from '../core/phases/words.ts';
import { page, repository } from '../docs/pages.ts';
import { toldElsewhere } from './elsewhere.ts';
import { storyFiles } from './files.ts';
import { findings } from './findings.ts';
import { interruptions, shown } from './index-page.ts';
import { play, type Story } from './story.ts';
import { effectKinds } from './words/seen.ts';

const stories: readonly Story[] = storyFiles(repository).map(({ path, text }) => play(path, text));

/** Which of these no story has. */
function missing(wanted: Iterable<string>, has: (story: Story, one: string) => boolean): readonly string[] {
  return [...new Set(wanted)].filter((one) => !stories.some((story) => has(story, one)));
}

describe('among the stories there is one', () => {
  it('for each interleaving that the rules are made for', () => {
    assert.deepEqual(missing(Object.keys(findings), shown), []);
  });

  it('for each row of the table of recovery', () => {
    const rows = recoveryRows.map(({ gives: [row] }) => String(row));
    assert.deepEqual(
      missing(rows, (story, row) => story.seen.rows.has(row) || shown(story, `row ${row}`)),
      [],
    );
  });

  it('for each interruption that docs/recovery.md tells of, or a test of another ring that is named here', () => {
    const lines = interruptions(page('docs/recovery.md'));
    assert.ok(lines.length > 25);
    const elsewhere = missing(lines, shown);
    assert.deepEqual([...elsewhere].sort(), Object.keys(toldElsewhere.interruptions).sort());
    for (const file of Object.values(toldElsewhere.interruptions)) assert.ok(existsSync(join(repository, file)), file);
  });

  it('for each phase and each step of it', () => {
    const steps = Object.values(everyState()).flatMap((states) =>
      Object.values(states).map(({ state }) => phaseWord(state.phase)),
    );
    // Between the fence and the call nothing is waited for: the moment that writes the one makes the other.
    assert.deepEqual(
      missing(steps, ({ seen }, step) => seen.phases.has(step)),
      ['rebooting/call'],
    );
  });

  it('for each kind of effect, of write and of moment that people are told', () => {
    assert.deepEqual(
      missing(effectKinds, ({ seen }, kind) => seen.effects.has(kind)),
      [],
    );
  });

  it('for each reason that a decision waits for; the others are told by the rooms around it', () => {
    const elsewhere = missing(reasonCodes, ({ seen }, code) => seen.reasons.has(code));
    assert.deepEqual([...elsewhere].sort(), [...toldElsewhere.reasons].sort());
  });
});

describe('each story', () => {
  it('shows only what there is to show', () => {
    const lines = interruptions(page('docs/recovery.md'));
    const known = (one: string) => one in findings || lines.includes(one) || /^row \d+$/.test(one);
    assert.deepEqual(
      stories.flatMap(({ title, shows }) => shows.filter((one) => !known(one)).map((one) => `${title}: ${one}`)),
      [],
    );
  });

  it('has a title of its own and a topic', () => {
    const titles = stories.map(({ title }) => title);
    assert.equal(new Set(titles).size, titles.length);
    for (const { topic, path } of storyFiles(repository)) assert.notEqual(topic, '', path);
  });

  it('leaves no place of a sentence unfilled', () => {
    for (const { text, title } of stories) assert.doesNotMatch(text, /\{\w+\}/, title);
  });
});
