import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyMemory, type Memory } from '../../src/core/memory.ts';
import { Disk } from './disk.ts';
import { Gate } from './gate.ts';
import { Strikes } from './strikes.ts';
import { Time } from './time.ts';

const first: Memory = { ...emptyMemory, backOff: { failures: 1, until: 1 } };
const second: Memory = { ...emptyMemory, backOff: { failures: 2, until: 2 } };

async function written() {
  const time = new Time(1);
  const disk = new Disk(time);
  const gate = new Gate('node-1/boot-1/process-1', new Strikes({ seed: 1, rates: {}, only: null }), () => {});
  const store = disk.store(gate);
  const all = async (): Promise<void> => {
    while (await time.step(time.mono() + 1_000));
  };
  void store.write(first);
  await all();
  void store.write(second);
  const read = async (): Promise<unknown> => {
    const answer = await store.read();
    return answer.is === 'yes' ? answer.value : answer;
  };
  return { disk, all, read };
}

test('what was written is there after a kill, and after a power cut only when it was synced before', async () => {
  const { disk, all, read } = await written();
  assert.deepEqual(await read(), second);
  disk.losePower();
  assert.deepEqual(await read(), first);
  await all();
  disk.losePower();
  assert.deepEqual(await read(), first, 'a write that the power cut interrupted is not synced later');
});

test('what is lost with the disk does not come back', async () => {
  const { disk, all, read } = await written();
  disk.lose();
  await all();
  disk.losePower();
  assert.deepEqual(await read(), emptyMemory);
});
