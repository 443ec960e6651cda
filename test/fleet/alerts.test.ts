import assert from 'node:assert/strict';
import type { RequestListener } from 'node:http';
import { describe, it } from 'node:test';
import type { PrometheusSettings } from '../../src/core/alerts/settings.ts';
import { prometheusSource } from '../../src/prometheus/source.ts';
import { LeapingClock } from '../fakes/leaping-clock.ts';
import { serve, type TestServer } from '../http/server.ts';
import { clusterAs } from './connections.ts';
import { Fleet } from './fleet.ts';
import type { Machine } from './machine.ts';

const vector = (...result: readonly object[]): string =>
  JSON.stringify({ status: 'success', data: { resultType: 'vector', result } });
const quiet: RequestListener = (_request, response) => void response.end(vector());
const firing: RequestListener = (_request, response) => void response.end(vector({ metric: { alertname: 'Down' } }));
const broken: RequestListener = (_request, response) => void response.writeHead(503).end();

/** A node whose alerts a server tells; what it says can be changed. */
async function watched(fleet: Fleet) {
  let says = quiet;
  const server: TestServer = await serve((request, response) => says(request, response));
  const clock = new LeapingClock();
  const one: PrometheusSettings = {
    url: server.url.origin,
    asks: { for: 'alerts', filter: null, matchOnly: false, firingOnly: false, matchers: [], silences: null },
    timeout: 5_000,
    login: null,
    caFile: null,
    clientCertificate: null,
  };
  const source = prometheusSource({ clock, settings: () => [one] });
  const machine = await fleet.add('a', { clock, cluster: clusterAs(fleet.server, 'a', clock), permissions: [source] });
  const say = (what: RequestListener): void => {
    says = what;
  };
  return { clock, machine, say, server };
}

const inPhase = (machine: Machine, name: string) => machine.until(({ phase }) => phase === name, name);
const minute = 60_000;

describe('a node whose Prometheus is asked', { timeout: 120_000 }, () => {
  const turns: readonly (readonly [string, RequestListener, RegExp])[] = [
    ['alerts that begin to fire', firing, /1 alert\(s\) in Prometheus \S+ are against a reboot: Down/],
    [
      'a server that answers no more',
      broken,
      /cannot tell whether a reboot is permitted: Prometheus \S+: .* status 503/,
    ],
  ];
  for (const [name, turn, says] of turns) {
    it(`backs out of its drain for ${name} after the claim: uncordoned, released, no reboot`, async () => {
      await using fleet = await Fleet.open();
      const { clock, machine, say, server } = await watched(fleet);
      await using _ = server;
      await fleet.admin.createPod('slow', 'a');
      machine.needReboot('need');
      await machine.until(({ sentence }) => sentence.includes('default/slow'), 'the pod to be waited for');
      say(turn);
      clock.leap(minute + 1);
      const { sentence } = await inPhase(machine, 'waiting');
      assert.match(sentence, says);
      assert.equal((await fleet.admin.node('a')).spec?.unschedulable ?? false, false);
      assert.equal((await fleet.admin.lease()).spec?.holderIdentity ?? '', '');
      assert.equal(machine.calls, 0);
    });
  }

  it('waits without a claim while they fire, and goes on by itself when they are over', async () => {
    await using fleet = await Fleet.open();
    const { clock, machine, say, server } = await watched(fleet);
    await using _ = server;
    say(firing);
    machine.needReboot('need');
    const waits = await machine.until(({ reason }) => reason.code === 'alerts-active', 'the alerts to be waited for');
    assert.equal(waits.phase, 'waiting');
    assert.equal((await fleet.admin.lease()).spec?.holderIdentity ?? '', '');
    say(quiet);
    clock.leap(minute + 1);
    await machine.until(({ phase }) => phase === 'idle' && machine.boots.length === 2, 'idle after the reboot');
    assert.equal(machine.calls, 1);
  });
});
