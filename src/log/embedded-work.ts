import { LakegateError } from '../platform/errors.ts';
import { type OwnedPlace, ownPlace, type WorkCounts, type WorkLog } from './embedded/work-place.ts';
import type { InputPlace, PartitionWork, WorkMember, WorkOptions, WorkStatus } from './partition-work.ts';
import { placeName, sharePlaces } from './work/share-places.ts';

export interface EmbeddedWorkOptions {
  readonly log: WorkLog;
  readonly logger?: { warn(facts: object, message: string): void };
}

/**
 * Work shared by members of this process, on the log of this machine. A step is one transaction of the log's own writer: records, state and
 * the place in the input become durable together, and with whatever else is waiting for the disk at that moment. Nobody else can have the
 * log open, so nobody is ever fenced; a partition moves when the member that has it has let go.
 */
export function openEmbeddedWork({ log, logger }: EmbeddedWorkOptions): PartitionWork {
  const work: Work = {
    log,
    groups: new Map(),
    warn: (error, facts) => logger?.warn({ ...facts, err: error }, 'shared work: tried again'),
  };
  return {
    join: async (options) => join(work, options),
    lastPuts: async ({ group, input: { topic }, key }) =>
      Array.from({ length: log.steps.partitionsOf(topic) }, (_, partition) =>
        log.steps.state(group, { topic, partition }).get(key),
      ),
  };
}

interface Work {
  readonly log: WorkLog;
  readonly groups: Map<string, Group>;
  readonly warn: (error: unknown, facts: object) => void;
}

/** Members that share their inputs. */
interface Group {
  readonly members: Set<Member>;
  joined: number;
}

interface Member {
  readonly id: string;
  readonly options: WorkOptions;
  readonly owned: Map<string, OwnedPlace>;
  readonly counts: WorkCounts;
  rebalances: number;
}

function join(work: Work, options: WorkOptions): WorkMember {
  for (const input of options.inputs) if (input.keyed !== true) checkChangelog(work.log, input);
  const group = work.groups.get(options.group) ?? { members: new Set(), joined: 0 };
  work.groups.set(options.group, group);
  const member: Member = {
    id: String(++group.joined).padStart(9, '0'),
    options,
    owned: new Map(),
    counts: { commits: 0, rollbacks: 0, skipped: 0 },
    rebalances: 0,
  };
  group.members.add(member);
  share(work, group);
  return { status: () => statusOf(member), stop: (deadlineMs) => leave(work, group, member, deadlineMs) };
}

function checkChangelog({ steps }: WorkLog, { topic, changelog }: WorkOptions['inputs'][number]): void {
  const [wanted, found] = [steps.partitionsOf(topic), steps.partitionsOf(changelog)];
  if (wanted === found) return;
  throw new LakegateError({
    code: 'BAD_CONFIG',
    message: `Expected as many partitions in ${changelog} as in ${topic} (${wanted}), got ${found}.`,
    facts: { topic, changelog },
  });
}

/** What is to move is let go first; whoever gets it is told once that is done. */
function share(work: Work, group: Group): void {
  const members = [...group.members];
  if (members.length === 0) return;
  const topics = [...new Set(members.flatMap(({ options }) => options.inputs.map(({ topic }) => topic)))];
  const shares = sharePlaces(
    members.map((member) => ({
      memberId: member.id,
      topics: member.options.inputs.map(({ topic }) => topic),
      owned: [...member.owned.values()].map(({ place }) => place),
      generation: 0,
    })),
    topics.map((topic) => ({ topic, partitions: work.log.steps.partitionsOf(topic) })),
  );
  for (const member of members) {
    member.rebalances++;
    take(work, group, member, (shares.get(member.id) ?? []).filter(isOf(member.options.part)));
  }
}

/** What other threads have is theirs for as long as they run: nobody has to be asked. */
function isOf(part: WorkOptions['part']): (place: InputPlace) => boolean {
  return ({ partition }) => part === undefined || partition % part.of === part.index;
}

function take(work: Work, group: Group, member: Member, places: readonly InputPlace[]): void {
  const given = new Set(places.map(placeName));
  for (const place of places) {
    if (!member.owned.has(placeName(place))) member.owned.set(placeName(place), own(work, member, place));
  }
  const gone = [...member.owned].filter(([name]) => !given.has(name));
  if (gone.length === 0) return;
  void Promise.all(
    gone.map(async ([name, owned]) => {
      await owned.letGo();
      member.owned.delete(name);
    }),
  ).then(() => share(work, group));
}

function own({ log, warn }: Work, { options, counts }: Member, place: InputPlace): OwnedPlace {
  const input = options.inputs.find(({ topic }) => topic === place.topic);
  if (input === undefined) throw new Error(`${place.topic} is an input of ${options.group}`);
  return ownPlace({ log, place, input, work: options, counts, onError: (error) => warn(error, place) });
}

async function leave(work: Work, group: Group, member: Member, deadlineMs: number): Promise<void> {
  group.members.delete(member);
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, deadlineMs);
  });
  const ended = Promise.all([...member.owned.values()].map((each) => each.letGo()));
  // Whoever comes after must not begin before this one has ended, however long that takes.
  const left = ended.then(() => {
    member.owned.clear();
    share(work, group);
  });
  await Promise.race([left, tooLate]);
  clearTimeout(timer);
}

function statusOf({ owned, counts, rebalances }: Member): WorkStatus {
  return { partitions: [...owned.values()].map((each) => each.status()), ...counts, fenced: 0, rebalances };
}
