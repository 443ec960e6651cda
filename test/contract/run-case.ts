import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { RestClient } from '../cluster/rest.ts';
import type { Case, RequestStep, SeesStep, ServerStep, Step, WatchStep, Who } from './case.ts';
import { type Got, misfit } from './judge.ts';
import { difference, filled, type Known, merged } from './known.ts';
import { Stream } from './stream.ts';
import type { CaseNames, StoppableTarget, Target } from './target.ts';

const eventuallyWithin = 15_000;

/** Carries out one case against a target; fails with the step and what did not fit. */
export async function runCase(target: Target | StoppableTarget, of: Case, names: CaseNames): Promise<void> {
  const run = new Run(target, names);
  try {
    for (const [index, step] of of.steps.entries()) {
      if ('since' in step && step.since !== undefined && target.minor < step.since) continue;
      try {
        await run.step(step);
      } catch (error) {
        throw new Error(`step ${index + 1}: ${describe(step)}: ${(error as Error).message}`, { cause: error });
      }
    }
  } finally {
    await run.close();
  }
}

function describe(step: Step): string {
  if ('send' in step) return `${step.as} sends ${step.send}`;
  if ('watch' in step) return `${step.as} watches ${step.at}`;
  return JSON.stringify(step);
}

class Run {
  readonly #target: Target | StoppableTarget;
  readonly #names: CaseNames;
  readonly #known: Known;
  readonly #clients = new Map<Who, RestClient>();
  readonly #streams = new Map<string, Stream>();

  constructor(target: Target | StoppableTarget, names: CaseNames) {
    this.#target = target;
    this.#names = names;
    this.#known = new Map(Object.entries(names));
  }

  async step(step: Step): Promise<void> {
    if ('send' in step) await this.#request(step);
    else if ('watch' in step) await this.#watch(step);
    else if ('sees' in step) await this.#sees(step);
    else if ('ends' in step) await this.#ends(step.ends);
    else if ('breaks' in step) await this.#stream(step.breaks).broken();
    else await this.#server(step.server);
  }

  async close(): Promise<void> {
    for (const stream of this.#streams.values()) await stream.close();
    for (const client of this.#clients.values()) client.close();
  }

  async #request(step: RequestStep): Promise<void> {
    const began = performance.now();
    for (;;) {
      const wrong = await this.#try(step).catch((error: Error) => `no answer: ${error.message}`);
      if (wrong === null) return;
      if (step.eventually !== true || performance.now() - began > eventuallyWithin) assert.fail(wrong);
      await pause(30);
    }
  }

  async #try(step: RequestStep): Promise<string | null> {
    const got = await this.#send(step);
    const wrong = misfit(this.#known, got, step.expect);
    if (wrong !== null) return `${wrong}\nanswer: ${got.status} ${JSON.stringify(got.body).slice(0, 3000)}`;
    if (step.keep !== undefined) this.#known.set(step.keep, got.body);
    return null;
  }

  async #send(step: RequestStep): Promise<Got> {
    const client = await this.#client(step.as);
    const [method = '', path = ''] = String(filled(this.#known, step.send)).split(' ');
    const change = filled(this.#known, step.body);
    const body = step.over === undefined ? change : merged(this.#known.get(step.over), change);
    const types = { merge: 'merge-patch', strategic: 'strategic-merge-patch', json: 'json-patch' };
    const patchType = `application/${types[step.patch ?? 'merge']}+json`;
    const contentType = step.type ?? (method === 'PATCH' ? patchType : 'application/json');
    const headers = { 'user-agent': step.agent ?? 'contract/1 (linux/amd64)' };
    if (body === undefined) return await client.request<unknown>(method, path, { headers });
    // Node sends no length of its own with the body of a DELETE.
    const length = String(Buffer.byteLength(JSON.stringify(body)));
    return await client.request<unknown>(method, path, {
      headers: { ...headers, 'content-length': length },
      contentType,
      body,
    });
  }

  async #watch(step: WatchStep): Promise<void> {
    const client = await this.#client(step.as);
    const path = String(filled(this.#known, step.at));
    if (step.expect === undefined) {
      this.#streams.set(step.watch, new Stream(client, path));
      return;
    }
    const got = await client.request<unknown>('GET', `${path}${path.includes('?') ? '&' : '?'}watch=true`);
    const wrong = misfit(this.#known, got, step.expect);
    assert.equal(wrong, null, `${wrong}\nanswer: ${got.status} ${JSON.stringify(got.body)}`);
  }

  async #sees(step: SeesStep): Promise<void> {
    const stream = this.#stream(step.sees);
    for (const [index, wanted] of step.events.entries()) {
      const event = await stream.next();
      const { has = {}, type } = wanted;
      const wrong = difference(event, { type, object: filled(this.#known, has) }, `event ${index + 1}`);
      assert.equal(wrong, null, `${wrong}\nevent: ${JSON.stringify(event).slice(0, 3000)}`);
      if (wanted.keep !== undefined) this.#known.set(wanted.keep, event.object);
    }
  }

  async #ends(name: string): Promise<void> {
    await this.#stream(name).ended();
    assert.deepEqual(this.#stream(name).unexpected(), [], 'the watch told something more');
  }

  #stream(name: string): Stream {
    const found = this.#streams.get(name);
    if (found === undefined) throw new Error(`no watch ${name} was opened`);
    return found;
  }

  async #server(what: ServerStep['server']): Promise<void> {
    const target = this.#target;
    if (!('restart' in target)) throw new Error(`${target.name} may not be stopped`);
    if (what === 'restart') await target.restart();
    else if (what === 'save') await target.save();
    else await target.bringBack();
  }

  async #client(who: Who): Promise<RestClient> {
    if (who === 'admin') return this.#target.admin;
    const known = this.#clients.get(who);
    if (known !== undefined) return known;
    const made = await this.#target.client(who, this.#names);
    this.#clients.set(who, made);
    return made;
  }
}
