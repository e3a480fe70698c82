import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InputPlace } from '../../src/log/partition-work.ts';
import { type Candidate, placeName, sharePlaces, type TopicSize } from '../../src/log/work/share-places.ts';

const TWO_TOPICS: readonly TopicSize[] = [
  { topic: 'a', partitions: 4 },
  { topic: 'b', partitions: 4 },
];

describe('who works on which partition', () => {
  test('a member alone has all', () => {
    expect(partsOf(settle([newcomer('m1')], TWO_TOPICS))).toEqual({ m1: 8 });
  });

  test('parts differ by one at most, and the partitions of each topic are spread too', () => {
    fc.assert(
      fc.property(memberCount, topicSizes, (members, topics) => {
        const settled = settle(newcomers(members), topics);
        expectBalanced(settled.map(({ owned }) => owned.length));
        // Each topic alone: nobody has more of it than one above its even part, rounded up.
        for (const { topic, partitions } of topics) {
          const most = Math.max(...settled.map(({ owned }) => owned.filter((place) => place.topic === topic).length));
          expect(most).toBeLessThanOrEqual(Math.ceil(partitions / members) + 1);
        }
      }),
    );
  });

  test('whoever comes or goes, every partition ends with one member, and the rounds end', () => {
    fc.assert(
      fc.property(memberCount, memberCount, topicSizes, fc.nat({ max: 6 }), (before, after, topics, gone) => {
        const settled = settle(newcomers(before), topics);
        const stayed = settled.slice(Math.min(gone, before - 1));
        const arrived = newcomers(after, `later-`);
        const again = settle([...stayed, ...arrived], topics);
        expect(again.flatMap(({ owned }) => owned.map(placeName)).sort()).toEqual(
          placesOf(topics).map(placeName).sort(),
        );
        expectBalanced(again.map(({ owned }) => owned.length));
      }),
    );
  });

  test('a partition is never given to one member while another that is there has it', () => {
    fc.assert(
      fc.property(memberCount, memberCount, topicSizes, (before, after, topics) => {
        const settled = settle(newcomers(before), topics);
        const shared = sharePlaces([...settled, ...newcomers(after, 'later-')], topics);
        for (const [memberId, places] of shared) {
          for (const place of places) {
            const holder = settled.find(({ owned }) => owned.some((each) => placeName(each) === placeName(place)));
            expect(holder?.memberId ?? memberId).toBe(memberId);
          }
        }
      }),
    );
  });

  test('nobody loses a partition when nothing changed', () => {
    fc.assert(
      fc.property(memberCount, topicSizes, (members, topics) => {
        const settled = settle(newcomers(members), topics);
        const again = sharePlaces(settled, topics);
        for (const { memberId, owned } of settled) {
          expect(again.get(memberId)?.map(placeName).sort()).toEqual(owned.map(placeName).sort());
        }
      }),
    );
  });

  test('a new member takes only what is its part: the others keep the rest of theirs', () => {
    const [first] = settle([newcomer('m1')], TWO_TOPICS);
    const kept = sharePlaces([first ?? newcomer('m1'), newcomer('m2')], TWO_TOPICS).get('m1');
    expect(kept?.map(placeName)).toEqual(['a/0', 'a/1', 'b/0', 'b/1']);
  });

  test('of two that say they have a partition the one that knows it from a later generation is believed', () => {
    const place = { topic: 'a', partition: 0 };
    const frozen: Candidate = { memberId: 'm1', topics: ['a'], owned: [place], generation: 3 };
    const taker: Candidate = { memberId: 'm2', topics: ['a'], owned: [place], generation: 4 };
    const shared = sharePlaces([frozen, taker], [{ topic: 'a', partitions: 1 }]);
    expect(shared.get('m1')).toEqual([]);
    expect(shared.get('m2')).toEqual([place]);
  });

  test('a member gets nothing of a topic that it does not work on', () => {
    const old: Candidate = { ...newcomer('m1'), topics: ['a'] };
    const settled = settle([old, newcomer('m2')], TWO_TOPICS);
    expect(settled.find(({ memberId }) => memberId === 'm1')?.owned.every(({ topic }) => topic === 'a')).toBe(true);
    expect(settled.flatMap(({ owned }) => owned)).toHaveLength(8);
  });
});

const memberCount = fc.integer({ min: 1, max: 7 });
const topicSizes = fc
  .array(fc.integer({ min: 1, max: 8 }), { minLength: 1, maxLength: 5 })
  .map((sizes) => sizes.map((partitions, index) => ({ topic: `topic-${index}`, partitions })));

/** Rounds until nobody has to let go of anything any more, as members play them. */
function settle(members: readonly Candidate[], topics: readonly TopicSize[]): readonly Candidate[] {
  let candidates = members;
  for (let generation = 1; generation < 10; generation++) {
    const shared = sharePlaces(candidates, topics);
    const lost = candidates.some(({ memberId, owned }) => {
      const given = new Set((shared.get(memberId) ?? []).map(placeName));
      return owned.some((place) => !given.has(placeName(place)));
    });
    candidates = candidates.map((each) => ({ ...each, owned: shared.get(each.memberId) ?? [], generation }));
    if (!lost) return candidates;
  }
  throw new Error('the rounds do not end');
}

function newcomer(memberId: string, topics = TWO_TOPICS): Candidate {
  return { memberId, topics: [...topics.map(({ topic }) => topic), ...GENERATED], owned: [], generation: -1 };
}

const GENERATED = Array.from({ length: 5 }, (_, index) => `topic-${index}`);

function newcomers(count: number, prefix = 'member-'): readonly Candidate[] {
  return Array.from({ length: count }, (_, index) => newcomer(`${prefix}${index}`));
}

function placesOf(topics: readonly TopicSize[]): readonly InputPlace[] {
  return topics.flatMap(({ topic, partitions }) =>
    Array.from({ length: partitions }, (_, partition) => ({ topic, partition })),
  );
}

function partsOf(candidates: readonly Candidate[]): Readonly<Record<string, number>> {
  return Object.fromEntries(candidates.map(({ memberId, owned }) => [memberId, owned.length]));
}

function expectBalanced(counts: readonly number[]): void {
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
}
