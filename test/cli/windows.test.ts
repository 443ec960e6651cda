import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Bench } from './bench.ts';

const limits = { timeout: 60_000 };
const text = `maintenance:
  windows:
    - {days: mon-fri, start: "22:00", end: "5:00", timeZone: Europe/Berlin}
  exclude: [12-24..01-02]
`;

describe('windows', limits, () => {
  let bench: Bench;
  before(async () => {
    bench = await Bench.open({ bare: true });
  });
  after(async () => await bench[Symbol.asyncDispose]());

  const run = (config: string, ...args: readonly string[]) =>
    bench.run('windows', '--config', bench.file('windows.yaml', config), ...args);

  it('says what is open, and what opens next, by the clock of the zone', async () => {
    assert.deepEqual(await run(text, '--at', '2026-11-26T21:00:00Z', '--count', '2'), {
      code: 0,
      out:
        'open, until Fri 2026-11-27 05:00 Europe/Berlin; the next one opens Fri 2026-11-27 22:00 Europe/Berlin\n' +
        '  Fri 2026-11-27 22:00 to Sat 2026-11-28 05:00 Europe/Berlin\n' +
        '  Mon 2026-11-30 22:00 to Tue 2026-12-01 05:00 Europe/Berlin\n',
      err: '',
    });
    const closed = await run(text, '--at', '2026-12-23 05:00:00+01:00', '--count', '0');
    assert.equal(closed.out, 'closed; the next one opens Wed 2026-12-23 22:00 Europe/Berlin\n');
  });

  it('tells a script the same, in UTC', async () => {
    const { out } = await run(text, '--at', '2026-12-23T21:00:00Z', '--count', '1', '--json');
    assert.deepEqual(JSON.parse(out), {
      open: true,
      opens: '2027-01-04T21:00:00Z',
      closes: '2026-12-23T23:00:00Z',
      next: [{ opens: '2027-01-04T21:00:00Z', closes: '2027-01-05T04:00:00Z', timeZone: 'Europe/Berlin' }],
    });
    const closed = JSON.parse((await run(text, '--at', '2026-12-24T12:00:00Z', '--json')).out);
    assert.deepEqual(
      [closed.open, closed.opens, closed.closes, closed.next.length],
      [false, '2027-01-04T21:00:00Z', '2027-01-05T04:00:00Z', 5],
    );
  });

  it("adds this machine's delay, the same each time", async () => {
    const delayed = `${text}  randomDelay: 1h\n`;
    const ran = await run(delayed, '--at', '2026-11-26T12:00:00Z');
    assert.match(
      ran.out,
      /^closed; the next one opens Thu 2026-11-26 22:00 Europe\/Berlin, on this node at 22:\d\d(:\d\d)?\n/,
    );
    assert.deepEqual(await run(delayed, '--at', '2026-11-26T12:00:00Z'), ran);
    bench.file('machine-id', 'uninitialized\n');
    const without = await run(delayed, '--at', '2026-11-26T12:00:00Z');
    assert.match(without.err, /^warning: the machine ID .*; the times are without this node's delay\n$/);
    assert.match(without.out, /^closed; the next one opens Thu 2026-11-26 22:00 Europe\/Berlin\n/);
  });

  it('says that any time will do without windows, and what never opens', async () => {
    const always = await run('maintenance: {}\n', '--json');
    assert.deepEqual(JSON.parse(always.out), { open: true, opens: null, closes: null, next: [] });
    assert.match((await run('concurrency: 1\n')).out, /^no maintenance windows: a reboot may begin at any time\n$/);
    const never = await run('maintenance: {windows: [{days: sat}], exclude: [01-01..12-31]}\n');
    assert.equal(never.out, 'closed; none is to come\n');
    const endless = await run('maintenance: {windows: [{cron: "* * * * *", duration: 1m}], deadline: 24h}\n');
    assert.match(endless.out, /^open, no end in sight\na need/);
    const late = await run('maintenance: {windows: [{days: sat, afterDeadline: true}], deadline: 24h}\n');
    assert.match(
      late.out,
      /^closed; none is to come before the deadline\na need that has waited for 24h waits no longer/,
    );
  });

  it('tells the deadline besides', async () => {
    const { out } = await run(`${text}  deadline: 168h\n`, '--count', '0');
    assert.match(out, /\na need that has waited for 168h waits no longer for these\n$/);
  });

  const wrong: readonly (readonly [args: readonly string[], says: RegExp])[] = [
    [['--at', 'now'], /^--at is "now", which is no time with its offset; for example /],
    [['--at', '2026-11-26T12:00:00'], /^--at is .* no time with its offset/],
    [['--at', '2026-13-26T12:00:00Z'], /^--at is .* no time with its offset/],
    [['--count', 'many'], /^--count is "many", which is not a whole number from 0 to 100\n$/],
    [['--count', '101'], /^--count is "101", which is not a whole number from 0 to 100\n$/],
  ];
  for (const [args, says] of wrong) {
    it(`ends with 2 for ${args.join(' ')}`, async () => {
      const ran = await run(text, ...args);
      assert.deepEqual([ran.code, ran.out], [2, '']);
      assert.match(ran.err, says);
    });
  }

  it('ends with 78 for a window that is wrong, and names its place', async () => {
    const ran = await run('maintenance:\n  windows:\n    - {cron: "0 0 1 * 1", duration: 1h}\n');
    assert.deepEqual([ran.code, ran.out], [78, '']);
    assert.match(
      ran.err,
      /windows\.yaml:3:14: maintenance\.windows must be .*; cron of entry 1 is "0 0 1 \* 1", which has both/,
    );
  });
});
