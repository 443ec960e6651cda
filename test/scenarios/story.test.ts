import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { play } from './story.ts';

/** A story with these lines behind its title. */
function told(...lines: readonly string[]): string {
  return `A title\n\n${lines.join('\n')}\n`;
}

describe('a line of a story', () => {
  const wrong: readonly (readonly [what: string, lines: readonly string[], says: RegExp])[] = [
    [
      'that nobody understands is named with file and line, and with what was meant first',
      ['the service starts', 'the service sings'],
      /^a\.txt:4: nobody understands "the service sings"\. What is understood:\n {2}the service /,
    ],
    [
      'that cannot be done there says why, and what the service says',
      ['kured-host lease release n1'],
      /^a\.txt:3: "kured-host lease release n1": that is refused: not-holding\. The service says: the service does not run$/,
    ],
    [
      'that waits for a request which does not hang says how to make it',
      ['the service starts', 'the claim arrives'],
      /^a\.txt:4: .*it does not hang; what hangs: nothing\. Before it is sent, say "the claim hangs"/,
    ],
    [
      'with a setting that there is not is refused as a file would be',
      ['the configuration says drain.timout: 5m'],
      /^a\.txt:3: .*"drain\.timout" is not known/,
    ],
    ['with half a record is named', ['the service starts', '----', 'x'], /^a\.txt:5: a mark ---- has no second one$/],
  ];
  for (const [what, lines, says] of wrong) {
    it(what, () => assert.throws(() => play('a.txt', told(...lines)), { name: 'StoryError', message: says }));
  }
});

describe('what is recorded', () => {
  it('stands behind its command, takes the place of what stood there, and is the same each time', () => {
    const bare = play('a.txt', told('# a remark', 'the service starts')).text;
    assert.match(bare, /^# a remark\nthe service starts\n----\n02:00:00 {2}does {5}reads the Lease\n/m);
    assert.equal(play('a.txt', bare).text, bare);
    assert.equal(play('a.txt', bare.replace('reads the Lease', 'reads nothing')).text, bare);
  });
});
