import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { Brokers } from '../../src/log/kafka/brokers.ts';
import { kafkaConnectionSettings } from '../../src/log/kafka/kafka-connection-settings.ts';
import type { Exchange } from '../../src/log/kafka/kafkajs-inner.ts';
import { joinWork } from '../../src/log/kafka/work/work-member.ts';
import { openKafkaGroups } from '../../src/log/kafka-groups.ts';
import { type KafkaLog, openKafkaLog } from '../../src/log/kafka-log.ts';
import type { InputPlace, WorkMember, WorkOptions, WorkStatus } from '../../src/log/partition-work.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import { type KafkaHere, startKafka } from '../support/kafka/start-kafka.ts';
import type { NumberingMemberOptions } from '../support/numbering-member.ts';
import { type NumberingOptions, numberingTask, textOf, textRecord } from '../support/numbering-task.ts';
import { readAll } from '../support/read-all.ts';
import { nodeArgs } from '../support/start-compiled.ts';
import { until } from '../support/until.ts';

const PARTITIONS = 4;
/** Short, so that the others notice soon. A member on a busy machine is heard of five times in it. */
const SESSION_MS = 3_000;

/** What only Kafka can do to shared work: processes that die or freeze, brokers that restart, answers that are lost. */
describeWithKafka('work shared on Kafka', () => {
  let kafka: KafkaHere;
  let log: KafkaLog;
  beforeAll(async () => {
    kafka = await startKafka();
    log = await openKafkaLog({ brokers: addresses(), clientId: 'faults' });
  });
  afterAll(async () => {
    await log.close();
    await kafka.stop();
  });
  const addresses = () => kafka.brokers.split(',');

  let runs = 0;
  async function makeTopics() {
    const id = ++runs;
    const topics = { group: `group-${id}`, input: `in-${id}`, output: `out-${id}`, changelog: `changes-${id}` };
    for (const topic of [topics.input, topics.output, topics.changelog]) {
      await log.createTopic({ topic, partitions: PARTITIONS, retentionMs: null });
    }
    return topics;
  }
  type Topics = Awaited<ReturnType<typeof makeTopics>>;

  /** Writes to every partition, some records at a time, until told to stop. Says how many records each has. */
  function feed({ input }: Topics, everyMs = 5) {
    let stopped = false;
    let count = 0;
    const feeding = (async () => {
      while (!stopped) {
        const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
        await Promise.all(
          partitions.map((partition) => log.appendTo(input, partition, [textRecord(`p${partition}-${count}`)])),
        );
        count++;
        await pause(everyMs);
      }
      return count;
    })();
    return {
      count: () => count,
      stop: () => {
        stopped = true;
        return feeding;
      },
    };
  }

  async function outputOf({ output }: Topics, partition: number): Promise<readonly string[]> {
    return (await readAll(log, output, partition)).map(({ value }) => textOf(value));
  }

  async function outputCount(topics: Topics): Promise<number> {
    const ends = await log.ends(topics.output);
    const counts = await Promise.all(ends.map(async ({ partition }) => (await outputOf(topics, partition)).length));
    return Math.min(...counts);
  }

  async function expectNumbered(topics: Topics, count: number): Promise<void> {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      await until(async () => (await outputOf(topics, partition)).length >= count, 60_000);
      const expected = Array.from({ length: count }, (_, i) => `${i} p${partition}-${i}`);
      expect(await outputOf(topics, partition)).toEqual(expected);
    }
  }

  function startMember(topics: Topics, options: Partial<NumberingMemberOptions> = {}): MemberProcess {
    const given: NumberingMemberOptions = {
      ...topics,
      brokers: addresses(),
      stepRecordsMax: 20,
      sessionTimeoutMs: SESSION_MS,
      stepMs: 20,
      ...options,
    };
    return startMemberProcess(given);
  }

  /** A member in this process, over brokers that lose what they are told to lose. */
  async function joinOver(
    brokers: Brokers,
    { group, input, output, changelog }: Topics,
    made: {
      readonly task?: Partial<NumberingOptions>;
      readonly options?: Partial<WorkOptions>;
      readonly warnings?: object[];
    } = {},
  ): Promise<WorkMember> {
    const work: WorkOptions = {
      group,
      inputs: [{ topic: input, changelog }],
      stepRecordsMax: 20,
      stepBytesMax: 1024 * 1024,
      lingerMs: 0,
      sessionTimeoutMs: SESSION_MS,
      open: async (place) => numberingTask({ place, output, changelog, ...made.task }),
      ...made.options,
    };
    const kafkaName = (topic: string) => topic;
    const warn = (_: string, facts: object) => void made.warnings?.push(facts);
    const member = await joinWork({ work, prefix: '', kafkaName, clock: systemClock, warn, states: null, brokers });
    onTestFinished(() => member.stop(5_000));
    return member;
  }

  describe('members that die', () => {
    test('killed in the middle of steps, again and again, they lose nothing and double nothing', async () => {
      const topics = await makeTopics();
      const feeding = feed(topics);
      let members = [startMember(topics), startMember(topics)];
      for (let kill = 0; kill < 4; kill++) {
        const before = await outputCount(topics);
        await until(async () => (await outputCount(topics)) > before + 20, 60_000);
        const [oldest, ...others] = members;
        await oldest?.kill();
        members = [...others, startMember(topics)];
      }
      await expectNumbered(topics, await feeding.stop());
    });

    test('frozen past its session, a member finds its partitions taken and its step refused', async () => {
      const topics = await makeTopics();
      const feeding = feed(topics);
      const frozen = startMember(topics, { stepMs: 100 });
      await until(() => frozen.status().partitions.length === PARTITIONS && frozen.status().commits > 5, 60_000);
      frozen.freeze();
      const other = startMember(topics);
      await until(() => other.status().partitions.filter(isRunning).length === PARTITIONS, 60_000);
      const before = await outputCount(topics);
      await until(async () => (await outputCount(topics)) > before + 10, 60_000);
      frozen.thaw();
      await until(() => frozen.status().fenced >= 1, 60_000);
      await until(() => frozen.status().partitions.length === PARTITIONS / 2, 60_000);
      await expectNumbered(topics, await feeding.stop());
    });
  });

  describe('brokers that go away', () => {
    test('a broker that is killed and started again is worked with as before, without a restart of members', async () => {
      const topics = await makeTopics();
      const feeding = feed(topics);
      const member = await joinOver(await plainBrokers(), topics);
      await until(() => member.status().commits > 10);
      // What the feeder is told not to have been written may be there: it would be numbered twice by its own fault.
      const fed = await feeding.stop();
      await kafka.nodes[0]?.kill();
      await until(() => member.status().partitions.some(({ phase }) => phase === 'failing'));
      await kafka.nodes[0]?.restart();
      await until(async () => (await log.ends(topics.input)).length === PARTITIONS, 60_000);
      await expectNumbered(topics, fed);
      await until(
        () => member.status().partitions.length === PARTITIONS && member.status().partitions.every(isRunning),
      );
    });
  });

  describe('answers that are lost', () => {
    test.each([
      ['after the commit was made', 'after'],
      ['before the commit was made', 'before'],
    ] as const)(
      'a commit whose answer is lost %s is not guessed: a new task is restored and goes on',
      async (_, when) => {
        const topics = await makeTopics();
        const feeding = feed(topics);
        const losing = await losingBrokers({ apiName: 'EndTxn', when, every: 4 });
        let closed = 0;
        const member = await joinOver(losing, topics, { task: { onClose: () => void closed++ } });
        await until(() => closed >= 4, 60_000);
        losing.stopLosing();
        await expectNumbered(topics, await feeding.stop());
        expect(member.status().rollbacks).toBe(0);
      },
    );

    test('a batch whose answer is lost is sent again and taken once', async () => {
      const topics = await makeTopics();
      const feeding = feed(topics);
      const losing = await losingBrokers({ apiName: 'Produce', when: 'after', every: 5 });
      await joinOver(losing, topics);
      await until(() => losing.lost >= 10, 60_000);
      losing.stopLosing();
      await expectNumbered(topics, await feeding.stop());
    });

    test('a commit that was given up and arrives late commits nothing of the next transaction', async () => {
      const topics = await makeTopics();
      const feeding = feed(topics);
      const losing = await losingBrokers({ apiName: 'EndTxn', when: 'late', every: 3 });
      // Were a late commit taken while the next transaction is open, the output of half a step would be seen, and written again.
      await joinOver(losing, topics, { task: { between: () => pause(LATE_MS) } });
      await until(() => losing.late >= 8, 60_000);
      losing.stopLosing();
      await until(() => losing.late === losing.lost);
      await expectNumbered(topics, await feeding.stop());
    });
  });

  test('a task is not asked whether it wants a step without input before its input was looked at', async () => {
    const topics = await makeTopics();
    await log.appendTo(topics.input, 0, [textRecord('one')]);
    const losing = await losingBrokers({ apiName: 'Fetch', when: 'before', every: 1 });
    const asked: number[] = [];
    const wantsStep = ({ partition }: InputPlace) => {
      asked.push(partition);
      return false;
    };
    const member = await joinOver(losing, topics, { task: { wantsStep } });
    const isFailing = ({ phase }: { readonly phase: string }) => phase === 'failing';
    await until(() => member.status().partitions.length === PARTITIONS && member.status().partitions.every(isFailing));
    // Each of them was woken by a failure more than once.
    await until(() => losing.lost >= 12);
    expect(asked).toEqual([]);
    losing.stopLosing();
    await until(() => new Set(asked).size === PARTITIONS);
    expect(await outputOf(topics, 0)).toEqual(['0 one']);
  });

  test('whoever asks how far the group is sees every record taken, and sees it when all members have gone', async () => {
    const topics = await makeTopics();
    const groups = await openKafkaGroups({ brokers: addresses(), clientId: 'asking' });
    onTestFinished(() => groups.close());
    const member = await joinOver(await plainBrokers(), topics);
    for (let partition = 0; partition < PARTITIONS; partition++) {
      await log.appendTo(topics.input, partition, [textRecord('one'), textRecord('two')]);
    }
    const takenByAll = async (next: bigint) => {
      const taken = await groups.nextOffsets(topics.group, topics.input);
      return taken.size === PARTITIONS && [...taken.values()].every((offset) => offset === next);
    };
    await until(() => takenByAll(2n));
    await log.appendTo(topics.input, 0, [textRecord('three')]);
    await until(async () => (await outputOf(topics, 0)).length === 3);
    await member.stop(5_000);
    expect((await groups.nextOffsets(topics.group, topics.input)).get(0)).toBe(3n);
  });

  test('input and changelog that are no longer kept are passed over, counted and told: work begins with the first record kept', async () => {
    const topics = await makeTopics();
    for (let i = 0; i < 60; i++) await log.appendTo(topics.input, 0, [textRecord(`p0-${i}`)]);
    const first = await joinOver(await plainBrokers(), topics);
    await until(async () => (await outputOf(topics, 0)).length === 60);
    await first.stop(5_000);
    // Not the last one of the changelog: it knows what all before it knew.
    const last = (await readAll(log, topics.changelog, 0)).at(-1)?.offset ?? 0n;
    await forget(topics.changelog, last);
    await forget(topics.input, 50n);
    await log.appendTo(topics.input, 0, [textRecord('p0-60')]);
    const again = await joinOver(await plainBrokers(), topics);
    await until(async () => (await outputOf(topics, 0)).length === 61);
    expect((await outputOf(topics, 0)).at(-1)).toBe('60 p0-60');
    expect(again.status().skipped).toBe(0);
    // Another group that never began, with a changelog of its own.
    const others = { ...(await makeTopics()), input: topics.input };
    const warnings: object[] = [];
    const late = await joinOver(await plainBrokers(), others, { warnings });
    await until(async () => (await outputOf(others, 0)).length === 11);
    expect((await outputOf(others, 0))[0]).toBe('0 p0-50');
    expect(late.status().skipped).toBe(50);
    expect(warnings).toContainEqual({ group: others.group, topic: others.input, partition: 0, from: 0n, through: 49n });
    // One to whom it was never promised.
    const third = await makeTopics();
    const inputs = [{ topic: topics.input, changelog: third.changelog, beginsLate: true }];
    const stranger = await joinOver(await plainBrokers(), { ...third, input: topics.input }, { options: { inputs } });
    await until(async () => (await outputOf(third, 0)).length === 11);
    expect(stranger.status().skipped).toBe(0);
  });

  /** As retention does, but now. */
  async function forget(topic: string, before: bigint): Promise<void> {
    const admin = new Kafka({ brokers: addresses(), logLevel: logLevel.NOTHING }).admin();
    await admin.connect();
    // It knows only topics that it was asked for before.
    await admin.fetchTopicOffsets(topic);
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: `${before}` }] });
    await admin.disconnect();
  }

  async function plainBrokers(): Promise<Brokers> {
    return new Brokers(await kafkaConnectionSettings({ brokers: addresses(), clientId: 'faults' }));
  }

  async function losingBrokers(what: Loss): Promise<LosingBrokers> {
    return new LosingBrokers(await kafkaConnectionSettings({ brokers: addresses(), clientId: 'losing' }), what);
  }
});

interface Loss {
  readonly apiName: string;
  /** The request arrives and its answer does not; or it does not arrive; or it arrives after its sender began anew. */
  readonly when: 'after' | 'before' | 'late';
  readonly every: number;
}

const LATE_MS = 30;

class LosingBrokers extends Brokers {
  readonly #what: Loss;
  #count = 0;
  #losing = true;
  lost = 0;
  late = 0;

  constructor(settings: ConstructorParameters<typeof Brokers>[0], what: Loss) {
    super(settings);
    this.#what = what;
  }

  stopLosing(): void {
    this.#losing = false;
  }

  override async send<Answer>(nodeId: number, asked: Exchange<Answer>, timeoutMs?: number): Promise<Answer> {
    const { apiName, when, every } = this.#what;
    const isLost = this.#losing && asked.request.apiName === apiName && ++this.#count % every === 0;
    if (!isLost) return await super.send(nodeId, asked, timeoutMs);
    this.lost++;
    if (when === 'after') await super.send(nodeId, asked, timeoutMs);
    if (when === 'late') void this.#sendLate(nodeId, asked);
    throw new Error('the connection was lost');
  }

  async #sendLate<Answer>(nodeId: number, asked: Exchange<Answer>): Promise<void> {
    // Every other one only when its sender has begun anew.
    await pause(this.lost % 2 === 0 ? LATE_MS / 2 : 5 * LATE_MS);
    await super.send(nodeId, asked);
    this.late++;
  }
}

interface MemberProcess {
  status(): WorkStatus;
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
}

const NOTHING_YET: WorkStatus = { partitions: [], commits: 0, rollbacks: 0, fenced: 0, rebalances: 0, skipped: 0 };

function startMemberProcess(options: NumberingMemberOptions): MemberProcess {
  const child: ChildProcess = spawn(
    process.execPath,
    [...nodeArgs('test/support/numbering-member.ts'), JSON.stringify(options)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  let status = NOTHING_YET;
  if (child.stdout !== null) createInterface(child.stdout).on('line', (line) => (status = JSON.parse(line)));
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  };
  onTestFinished(kill);
  return {
    status: () => {
      if (child.exitCode !== null) throw new Error(`the member ended by itself with ${child.exitCode}`);
      return status;
    },
    kill,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
  };
}

function isRunning({ phase }: { readonly phase: string }): boolean {
  return phase === 'running';
}
