import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Holding, Moment } from '../observer/moments.ts';
import type { Guest } from './guest.ts';
import { rebootSeconds, unfenced } from './logind-law.ts';

const seconds = 1_000_000;

function moment(at: number, ...holders: readonly Holding[]): Moment {
  const rest = {
    of: 'lease',
    by: '',
    as: undefined,
    transitions: 0,
    marked: [],
    cordoned: [],
    unschedulable: [],
    seen: [],
  };
  return { ...rest, at: at * seconds, holders };
}

function rebooting(node: string, claim = `claim-of-${node}`): Holding {
  return { node, claim, phase: 'rebooting' };
}

function guest(name: string, ...endings: readonly (readonly ['reboot' | 'power cut', number])[]): Guest {
  const ended = endings.map(([how, at], boot) => ({ boot: boot + 1, bootId: '', how, at: at * 1000 }));
  return { name, endings: ended } as unknown as Guest;
}

const turn = [moment(1, { ...rebooting('a'), phase: 'draining' }), moment(2, rebooting('a')), moment(9)];

describe('what logind must never be asked for', () => {
  it('finds nothing in a reboot that the Lease knows of', () => {
    assert.deepEqual(unfenced(turn, [guest('a', ['reboot', 4])]), []);
  });

  it('finds a reboot before the fence, after the release, and of another node than the fenced one', () => {
    for (const [name, at] of [
      ['a', 1],
      ['a', 9],
      ['b', 4],
    ] as const)
      assert.equal(unfenced(turn, [guest(name, ['reboot', at])]).length, 1, `${name} at ${at}`);
  });

  it('finds a reboot while two are fenced, and a second one for one claim', () => {
    assert.equal(unfenced([moment(2, rebooting('a'), rebooting('b'))], [guest('a', ['reboot', 3])]).length, 1);
    assert.equal(unfenced(turn, [guest('a', ['reboot', 3], ['reboot', 5])]).length, 1);
  });

  it('does not ask for a fence when the power was cut', () => {
    assert.deepEqual(unfenced(turn, [guest('b', ['power cut', 4])]), []);
  });
});

it('a reboot takes from the fence to the release of its claim', () => {
  assert.deepEqual(
    rebootSeconds([...turn, moment(10, rebooting('b')), moment(12, rebooting('b')), moment(13)]),
    [7, 3],
  );
});
