import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { StateCopies } from '../../src/log/kafka/work/state-copies.ts';

const ALL = '\u{10ffff}';

test('what is forgotten of a group is gone in every partition that ever was here, and nothing of another group or topic is', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'lakegate-copies-'));
  onTestFinished(() => rm(dir, { recursive: true }));
  const copies = new StateCopies(dir, () => {});
  copies.use();
  const places = [0, 1, 35, 36].flatMap((partition) =>
    ['mine', 'other'].flatMap((group) => ['in', 'out'].map((topic) => ({ group, topic, partition }))),
  );
  const found = async () => {
    const kept: string[] = [];
    for (const { group, ...place } of places) {
      const copy = await copies.open(group, place);
      const keys = copy.range('', ALL, 10).length;
      if (copy.completeTo > 0n || keys > 0) kept.push(`${group} ${place.topic} ${keys}`);
    }
    return kept;
  };
  for (const { group, ...place } of places) {
    const puts = new Map([
      ['a', Buffer.from('1')],
      ['~z', Buffer.from('2')],
    ]);
    await (await copies.open(group, place)).keep({ puts, completeTo: 7n });
  }
  expect(await found()).toHaveLength(places.length);
  await copies.forget('mine', 'in');
  const left = places.filter(({ group, topic }) => group !== 'mine' || topic !== 'in');
  expect(await found()).toEqual(left.map(({ group, topic }) => `${group} ${topic} 2`));
  await copies.release();
});
