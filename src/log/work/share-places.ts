import type { InputPlace } from '../partition-work.ts';

/** What a member tells the one that shares out. */
export interface Candidate {
  readonly memberId: string;
  readonly topics: readonly string[];
  /** What it works on now, and since which generation of the group it knows so. */
  readonly owned: readonly InputPlace[];
  readonly generation: number;
}

export interface TopicSize {
  readonly topic: string;
  readonly partitions: number;
}

/**
 * Shares the partitions out: everybody keeps what fits its part, parts differ by one at most, and the partitions of each topic are spread too,
 * because topics differ in what they carry. A partition that is to move is given to nobody as long as the one that has it is there: it lets go
 * first and asks again, and only then the other gets it. So work goes on everywhere while members come and go. Pure.
 */
export function sharePlaces(
  candidates: readonly Candidate[],
  topics: readonly TopicSize[],
): ReadonlyMap<string, readonly InputPlace[]> {
  const places = topics.flatMap(({ topic, partitions }) =>
    Array.from({ length: partitions }, (_, partition) => ({ topic, partition })),
  );
  const holders = holdersOf(candidates);
  const shares = sharesOf(candidates, topics, places.length, (share) => heldBy(share.candidate, places, holders));
  for (const place of places) keepPlace(place, shares, holders);
  for (const place of places) givePlace(place, shares);
  return new Map(shares.map((share) => [share.candidate.memberId, share.taken.filter(isFreeFor(share, holders))]));
}

interface Share {
  readonly candidate: Candidate;
  readonly taken: InputPlace[];
  readonly takenOfTopic: Map<string, number>;
  readonly topicMax: ReadonlyMap<string, number>;
  readonly max: number;
}

export function placeName({ topic, partition }: InputPlace): string {
  return `${topic}/${partition}`;
}

/** Two may say that they have it, where one of them was frozen: the later generation knows better. */
function holdersOf(candidates: readonly Candidate[]): ReadonlyMap<string, Candidate> {
  const holders = new Map<string, Candidate>();
  for (const candidate of candidates) {
    for (const place of candidate.owned) {
      const other = holders.get(placeName(place));
      if (other === undefined || other.generation < candidate.generation) holders.set(placeName(place), candidate);
    }
  }
  return holders;
}

function heldBy(candidate: Candidate, places: readonly InputPlace[], holders: ReadonlyMap<string, Candidate>): number {
  return places.filter((place) => holders.get(placeName(place)) === candidate).length;
}

/** Where parts cannot be equal, the larger ones stay with those that have most: the fewest moves. */
function sharesOf(
  candidates: readonly Candidate[],
  topics: readonly TopicSize[],
  placeCount: number,
  held: (share: { readonly candidate: Candidate }) => number,
): readonly Share[] {
  const least = Math.floor(placeCount / candidates.length);
  const larger = placeCount % candidates.length;
  const topicMax = new Map(
    topics.map(({ topic, partitions }) => [topic, Math.ceil(partitions / candidates.length)] as const),
  );
  return candidates
    .map((candidate) => ({ candidate, heldCount: held({ candidate }) }))
    .sort((a, b) => b.heldCount - a.heldCount || (a.candidate.memberId < b.candidate.memberId ? -1 : 1))
    .map(({ candidate }, index) => ({
      candidate,
      taken: [],
      takenOfTopic: new Map(),
      topicMax,
      max: least + (index < larger ? 1 : 0),
    }));
}

function keepPlace(place: InputPlace, shares: readonly Share[], holders: ReadonlyMap<string, Candidate>): void {
  const share = shares.find(({ candidate }) => candidate === holders.get(placeName(place)));
  if (share === undefined || !share.candidate.topics.includes(place.topic)) return;
  const ofTopic = share.takenOfTopic.get(place.topic) ?? 0;
  if (share.taken.length < share.max && ofTopic < (share.topicMax.get(place.topic) ?? 0)) take(place, share);
}

/** To whoever has fewest of its topic, then fewest of all. Only where members differ in their topics a part grows above its size. */
function givePlace(place: InputPlace, shares: readonly Share[]): void {
  if (shares.some(({ taken }) => taken.includes(place))) return;
  const able = shares.filter(({ candidate }) => candidate.topics.includes(place.topic));
  const roomy = able.filter(({ taken, max }) => taken.length < max);
  const [best] = (roomy.length > 0 ? roomy : able).toSorted(
    (a, b) =>
      (a.takenOfTopic.get(place.topic) ?? 0) - (b.takenOfTopic.get(place.topic) ?? 0) ||
      a.taken.length - b.taken.length ||
      (a.candidate.memberId < b.candidate.memberId ? -1 : 1),
  );
  if (best !== undefined) take(place, best);
}

function take(place: InputPlace, share: Share): void {
  share.taken.push(place);
  share.takenOfTopic.set(place.topic, (share.takenOfTopic.get(place.topic) ?? 0) + 1);
}

function isFreeFor({ candidate }: Share, holders: ReadonlyMap<string, Candidate>): (place: InputPlace) => boolean {
  return (place) => {
    const holder = holders.get(placeName(place));
    return holder === undefined || holder === candidate;
  };
}
