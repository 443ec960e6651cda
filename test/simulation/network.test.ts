import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { systemClock } from '../../src/daemon/clock.ts';
import { type HttpClient, type HttpRequest, openHttp } from '../../src/http/client.ts';
import { HttpFailure } from '../../src/http/failure.ts';
import { admin, nodeUser } from '../fakes/api/user.ts';
import { startFakeApiServer } from '../fakes/api-server.ts';
import { type FakeCluster, openFakeCluster } from '../fakes/fake-cluster.ts';
import { Gate } from './gate.ts';
import { processClock, WallClock } from './machine-clock.ts';
import { type Fate, Network } from './network.ts';
import { Strikes } from './strikes.ts';
import { settled, Time } from './time.ts';
import { openWay } from './way.ts';

const never = new AbortController().signal;
const deadline = 400;

class Rig {
  readonly time = new Time(1);
  readonly cluster: FakeCluster = openFakeCluster({ clock: this.time });
  readonly network = new Network(this.cluster, this.time, () => 0.5);
  readonly gate = new Gate('node-1/boot-1/process-1', new Strikes({ seed: 1, rates: {}, only: null }), () => {});
  readonly http: HttpClient;

  constructor() {
    this.cluster.ask(admin, 'POST', '/api/v1/nodes', { metadata: { name: 'node-1' } });
    const wall = new WallClock(this.time, { offset: 0, drift: 0 });
    const clock = processClock(this.time, wall, 0, () => () => '', this.gate);
    const { network, gate } = this;
    this.http = openWay({ network, node: 'node-1', user: nodeUser('node-1'), gate, clock });
  }

  /** The answer, however much time it takes. */
  async answer<T>(asked: Promise<T>): Promise<T> {
    let done = false;
    const stop = (): void => {
      done = true;
    };
    asked.then(stop, stop);
    await settled();
    while (!done && (await this.time.step(this.time.mono() + 3_600_000)));
    return await asked;
  }

  async later(ms: number): Promise<void> {
    const end = this.time.mono() + ms;
    while (await this.time.step(end));
  }
}

function write(note: string): HttpRequest {
  const headers = { 'content-type': 'application/merge-patch+json' };
  const body = JSON.stringify({ metadata: { annotations: { note } } });
  return { method: 'PATCH', path: '/api/v1/nodes/node-1', headers, body, deadline, most: 1_000_000 };
}

function noteOf({ store }: Pick<FakeCluster, 'store'>): string | undefined {
  return store.get('nodes', '', 'node-1')?.metadata.annotations?.note;
}

interface Story {
  readonly what: string;
  /** In the simulation. */
  readonly fate: Fate;
  /** The same with sockets. */
  readonly arrange: (server: Awaited<ReturnType<typeof startFakeApiServer>>) => unknown;
  readonly answer: string;
  readonly effect: boolean;
}

const stories: readonly Story[] = [
  {
    what: 'a request that nothing happens to',
    fate: { is: 'usual', there: 1, back: 1 },
    arrange: () => {},
    answer: '200',
    effect: true,
  },
  {
    what: 'no connection',
    fate: { is: 'refused', after: 1 },
    arrange: (server) => server.stop(),
    answer: 'unreachable, sent: no, the connection is refused',
    effect: false,
  },
  {
    what: 'a connection that breaks before the request took effect',
    fate: { is: 'broken', broken: 5, there: null },
    arrange: ({ faults }) => faults.loseRequests({ verb: 'patch' }),
    answer: 'lost, sent: maybe, the connection was lost',
    effect: false,
  },
  {
    what: 'one that breaks after it',
    fate: { is: 'broken', broken: 5, there: 3 },
    arrange: ({ faults }) => faults.loseAnswers({ verb: 'patch' }),
    answer: 'lost, sent: maybe, the connection was lost',
    effect: true,
  },
  {
    what: 'a request that nobody answers',
    fate: { is: 'silent', there: 3 },
    arrange: ({ faults }) => faults.hold({ verb: 'patch' }, 'after'),
    answer: `deadline, sent: maybe, no answer within ${deadline} ms`,
    effect: true,
  },
  {
    what: 'one that is refused',
    fate: { is: 'answered', there: 1, back: 1, answer: { code: 503 } },
    arrange: ({ faults }) => faults.answer({ verb: 'patch' }, { code: 503 }),
    answer: '503',
    effect: false,
  },
];

function text(answer: Awaited<ReturnType<HttpClient['send']>>): string {
  if (answer.is === 'answered') return String(answer.status);
  return `${answer.kind}, sent: ${answer.sent}, ${answer.why}`;
}

describe('what a client hears of', { timeout: 60_000 }, () => {
  for (const { what, fate, arrange, answer, effect } of stories)
    it(`${what}, in the simulation as with sockets`, async () => {
      const rig = new Rig();
      rig.network.fateOf = () => fate;
      const simulated = text(await rig.answer(rig.http.send(write('new'), never)));
      assert.deepEqual([simulated, noteOf(rig.cluster) === 'new'], [answer, effect]);

      await using server = await startFakeApiServer({ tls: false });
      server.ask(admin, 'POST', '/api/v1/nodes', { metadata: { name: 'node-1' } });
      const http = openHttp({ url: new URL(server.url), tls: rig.http.target.tls, proxy: null }, systemClock);
      const request = write('new');
      const headers = { ...request.headers, authorization: `Bearer ${server.nodeCredentials('node-1').token}` };
      await arrange(server);
      const real = text(await http.send({ ...request, headers }, never));
      http.retire();
      assert.deepEqual([real, noteOf(server) === 'new'], [answer, effect]);
    });
});

describe('requests of a simulated process', () => {
  it('that are given up still take effect later, and so do those of a process that died', async () => {
    const rig = new Rig();
    rig.network.fateOf = () => ({ is: 'silent', there: 60_000 });
    const answer = await rig.answer(rig.http.send(write('late'), never));
    assert.deepEqual([text(answer).startsWith('deadline'), noteOf(rig.cluster)], [true, undefined]);
    void rig.http.send(write('from the dead'), never);
    await settled();
    await rig.later(1);
    rig.gate.close();
    await rig.later(59_900);
    assert.equal(noteOf(rig.cluster), 'late');
    await rig.later(1_000);
    assert.equal(noteOf(rig.cluster), 'from the dead');
  });

  it('go four at a time; the fifth is not sent while it waits, and its deadline runs', async () => {
    const rig = new Rig();
    const fates: Fate[] = [];
    rig.network.fateOf = () => {
      fates.push({ is: 'silent', there: null });
      return { is: 'silent', there: null };
    };
    const patient = { ...write('first'), deadline: 10_000 };
    for (let count = 0; count < 4; count += 1) void rig.http.send(patient, never);
    const fifth = await rig.answer(rig.http.send(write('fifth'), never));
    assert.deepEqual([text(fifth), fates.length], [`deadline, sent: no, no answer within ${deadline} ms`, 4]);
  });
});

describe('watches of a simulated process', () => {
  async function open(rig: Rig, signal = never): Promise<AsyncIterator<string>> {
    const path = '/api/v1/nodes?watch=true&fieldSelector=metadata.name%3Dnode-1';
    const request = { method: 'GET', path, headers: {}, body: null, deadline, most: 1_000_000 };
    const opened = await rig.answer(rig.http.stream(request, signal));
    assert.ok(opened.is === 'streaming');
    return opened.lines[Symbol.asyncIterator]();
  }
  const change = (rig: Rig, note: string): unknown =>
    rig.cluster.ask(nodeUser('node-1'), 'PATCH', '/api/v1/nodes/node-1', { metadata: { annotations: { note } } });
  const note = async (rig: Rig, lines: AsyncIterator<string>): Promise<unknown> => {
    const { value } = await rig.answer(lines.next());
    return JSON.parse(value).object.metadata.annotations?.note;
  };

  it('tell every change in order, long after the opening’s deadline', async () => {
    const rig = new Rig();
    const lines = await open(rig);
    assert.equal(await note(rig, lines), undefined);
    await rig.later(10 * deadline);
    change(rig, 'one');
    change(rig, 'two');
    assert.deepEqual([await note(rig, lines), await note(rig, lines)], ['one', 'two']);
  });

  it('say nothing while the network is silent, and then everything', async () => {
    const rig = new Rig();
    const lines = await open(rig);
    await note(rig, lines);
    const [stream] = rig.network.streams;
    stream?.silence();
    change(rig, 'missed');
    let told = false;
    const next = note(rig, lines).finally(() => {
      told = true;
    });
    await rig.later(1_000);
    assert.equal(told, false);
    stream?.speak();
    assert.equal(await next, 'missed');
  });

  it('break with the connection, with the server, and end with the signal; the server does not keep them', async () => {
    const cuts: readonly ((rig: Rig, ends: AbortController) => void)[] = [
      ({ network }) => [...network.streams][0]?.cut(),
      ({ network }) => network.serve(false),
      (_, ends) => ends.abort(),
    ];
    for (const cut of cuts) {
      const rig = new Rig();
      const ends = new AbortController();
      const lines = await open(rig, ends.signal);
      await note(rig, lines);
      assert.equal(rig.cluster.faults.watches().length, 1);
      cut(rig, ends);
      await assert.rejects(rig.answer(lines.next()), HttpFailure);
      assert.deepEqual([rig.network.streams.size, rig.cluster.faults.watches().length], [0, 0]);
    }
  });

  it('go with a process that dies', async () => {
    const rig = new Rig();
    await note(rig, await open(rig));
    rig.gate.close();
    assert.deepEqual([rig.network.streams.size, rig.cluster.faults.watches().length], [0, 0]);
  });
});
