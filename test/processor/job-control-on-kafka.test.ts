import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { open as openLmdb } from 'lmdb';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { openKafkaLog } from '../../src/log/kafka-log.ts';
import { openKafkaWork } from '../../src/log/kafka-work.ts';
import { controlTopics } from '../../src/model/jobs/job-command.ts';
import type { JobSpec } from '../../src/model/jobs/job-spec.ts';
import { OUTPUT_TOPICS } from '../../src/model/streams/stream-topics.ts';
import { systemClock } from '../../src/platform/clock.ts';
import { createLogger } from '../../src/platform/telemetry.ts';
import { compileSubmittedJob } from '../../src/processor/compile-submitted-job.ts';
import { type OpenJobDesk, openJobDesk } from '../../src/processor/control/open-job-desk.ts';
import { runJobs } from '../../src/processor/control/run-jobs.ts';
import { openJobRunner } from '../../src/processor/runtime/job-runner.ts';
import { openWebhooks } from '../../src/processor/sinks/open-webhooks.ts';
import { webhookRules } from '../../src/processor/sinks/webhook-rules.ts';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import { type KafkaHere, startKafka } from '../support/kafka/start-kafka.ts';
import { readTopic } from '../support/read-all.ts';
import { sampleModel } from '../support/running-jobs.ts';
import { EventStamper } from '../support/stamped-events.ts';
import { until } from '../support/until.ts';
import { hurried, openReceiver, resultOf } from './webhook-receiver.ts';

const T0 = Date.UTC(2026, 2, 1);
const PARTITIONS = 4;
const USERS = 50;
const NAME = { name: 'counts', tenant: 'default' };
/** Members that miss one another are missed after ten seconds, and the machine may have a lot to do. */
const PATIENCE_MS = 90_000;

const COUNTS: JobSpec = {
  ...NAME,
  source: { topic: 'transactions', where: null, keyField: 'userId' },
  shape: { kind: 'window', window: { kind: 'tumbling', sizeMs: 60_000 }, measures: ['count'] },
  allowedLatenessMs: 86_400_000,
  late: 'CORRECT',
  mode: 'LIVE',
  sinks: { topic: null, webhook: null },
};

describeWithKafka('jobs that members share on a real broker', () => {
  let kafka: KafkaHere;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka.stop());

  test('are paused, and their figures stay when a member starts again; are cancelled by each, and begin afresh when submitted anew', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'lakegate-control-'));
    onTestFinished(() => rm(dir, { recursive: true }));
    const first = await openMember(kafka, join(dir, 'first'));
    const id = await submit(first.desk);
    await first.append(0, 2_000);
    // What goes to the second leaves copies at the first.
    await until(() => first.runner.status(NAME)?.recordsProcessed === 2_000, PATIENCE_MS);
    let second = await openMember(kafka, join(dir, 'second'));
    const members = () => [first, second];
    const everywhere = (status: string) =>
      until(() => members().every(({ runner }) => runner.status(NAME)?.status === status), PATIENCE_MS);
    const shared = () =>
      until(() => members().every(({ runner }) => (runner.status(NAME)?.partitions.length ?? 0) === 2), PATIENCE_MS);
    const processed = (records: number) =>
      until(async () => {
        const totals = await totalsOf(first.desk);
        return totals?.recordsProcessed === records && totals.lag === 0;
      }, PATIENCE_MS);

    await shared();
    await processed(2_000);
    const running = await totalsOf(first.desk);

    await second.desk.pause(NAME.tenant, id);
    await everywhere('PAUSED');
    await second.close();
    second = await openMember(kafka, join(dir, 'third'));
    await everywhere('PAUSED');
    const { stateKeys, stateBytes, watermarkMs, late } = running ?? {};
    const kept = { recordsProcessed: 2_000, stateKeys, stateBytes, watermarkMs, late };
    expect(stateKeys).toBe(USERS);
    for (const { runner, desk } of members()) {
      await until(() => runner.status(NAME)?.recordsProcessed === 2_000, PATIENCE_MS);
      expect(runner.status(NAME)).toMatchObject(kept);
      await until(async () => {
        const totals = await totalsOf(desk);
        return totals?.status === 'PAUSED' && totals.recordsProcessed === 2_000;
      }, PATIENCE_MS);
      expect(await totalsOf(desk)).toMatchObject(kept);
    }

    await first.append(2_000, 2_500);
    await first.desk.resume(NAME.tenant, id);
    await shared();
    await processed(2_500);
    expect((await stateLeft(first.log)).length).toBeGreaterThan(USERS);
    await first.desk.cancel(NAME.tenant, id);
    await everywhere('CANCELLED');
    expect(await stateLeft(first.log)).toEqual([]);
    expect(await copiesIn(join(dir, 'second'))).toBeGreaterThan(0);
    for (const folder of ['first', 'third']) expect(await copiesIn(join(dir, folder))).toBe(0);

    await submit(second.desk);
    await shared();
    await processed(2_500);
    expect(await totalsOf(first.desk)).toMatchObject({ jobVersion: 2, stateKeys: USERS });
    expect(await stateLeft(first.log)).toEqual([]);
  });

  test('send webhooks on from member to member, each delivery once, and tell what became of them while they are paused', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'lakegate-control-'));
    onTestFinished(() => rm(dir, { recursive: true }));
    const receiver = await openReceiver((body) => (body.includes('poison') ? 410 : 204));
    const first = await openMember(kafka, join(dir, 'first'));
    const webhook = { url: receiver.url, secret: 'shared' };
    const sent = { ...COUNTS, name: 'sent', sinks: { topic: null, webhook } };
    const id = await submit(first.desk, sent);
    const write = async ({ log }: Pick<typeof first, 'log'>, keys: readonly string[]) => {
      for (const key of keys) await log.append('results', [resultOf('sent', key)]);
    };
    const delivered = (desk: OpenJobDesk, count: number) =>
      until(async () => (await desk.find(NAME.tenant, id))?.totals?.webhook.delivered === count, PATIENCE_MS);
    await write(first, ['ada', 'poison', 'bob', 'eve']);
    await delivered(first.desk, 3);
    await until(async () => (await first.desk.find(NAME.tenant, id))?.totals?.webhook.givenUp === 1, PATIENCE_MS);
    await first.desk.pause(NAME.tenant, id);
    await first.close();
    const second = await openMember(kafka, join(dir, 'second'));
    await write(second, ['dora']);
    await delivered(second.desk, 3);
    expect((await second.desk.find(NAME.tenant, id))?.totals?.webhook).toMatchObject({
      givenUp: 1,
      lastGivenUp: [{ key: 'poison', attempts: 5 }],
    });
    await second.desk.resume(NAME.tenant, id);
    await delivered(second.desk, 4);
    expect(receiver.taken.toSorted()).toEqual(['ada', 'bob', 'dora', 'eve']);
  });
});

/** A process of its own, as far as Kafka can tell: a log, connections, copies of state and a desk that nobody shares. */
async function openMember(kafka: KafkaHere, stateDir: string) {
  const connection = { brokers: kafka.brokers.split(','), clientId: 'control', prefix: 'control.' };
  const log = await openKafkaLog(connection);
  for (const topic of ['transactions', ...OUTPUT_TOPICS]) {
    await log.createTopic({ topic, partitions: PARTITIONS, retentionMs: null });
  }
  for (const topic of controlTopics()) await log.createTopic(topic);
  const from = { log, logger: createLogger('silent'), clock: systemClock };
  const work = await openKafkaWork({ ...connection, stateDir });
  const makeChangelog = (topic: { readonly topic: string; readonly partitions: number }) =>
    log.createTopic({ ...topic, retentionMs: null, cleanup: 'compact', timestamps: 'create' });
  const model = sampleModel();
  const runner = openJobRunner({
    ...from,
    work,
    kinds: model.kinds,
    makeChangelog,
    makeTopic: (topic) => log.createTopic({ retentionMs: null, ...topic }),
    floorMs: () => null,
  });
  const desk = await openJobDesk({ ...from, check: () => [], builtIn: new Set() });
  const rules = webhookRules({ hosts: ['127.0.0.1'], secrets: new Map([['shared', 'between us']]) });
  const sending = { rules, retryForMs: 60_000, clock: hurried(), partitions: PARTITIONS };
  const webhooks = openWebhooks({ ...from, ...sending, work, makeChangelog });
  const jobs = await runJobs({
    ...from,
    runner,
    desk,
    webhooks,
    compile: (submitted) => compileSubmittedJob(submitted, model),
    member: stateDir,
  });
  let closed: Promise<void> | null = null;
  const close = async () => {
    await jobs.close();
    await runner.stop(10_000);
    await desk.close();
    await log.close();
  };
  const closeOnce = () => {
    closed ??= close();
    return closed;
  };
  onTestFinished(closeOnce);
  const stamper = new EventStamper(PARTITIONS);
  return {
    log,
    runner,
    desk,
    close: closeOnce,
    append: async (start: number, end: number) => {
      const records = Array.from({ length: end - start }, (_, i) =>
        stamper.record({ key: `user-${(start + i) % USERS}`, id: `t-${start + i}`, timeMs: T0 + (start + i) * 1_000 }),
      );
      await log.append('transactions', records);
    },
  };
}

async function submit(desk: OpenJobDesk, spec = COUNTS): Promise<string> {
  const outcome = await desk.submit(NAME.tenant, spec);
  if (!outcome.accepted) throw new Error(outcome.refusal.message);
  return outcome.job.id;
}

/** Of the newest job of the name. */
async function totalsOf(desk: OpenJobDesk) {
  const named = (await desk.list(NAME.tenant)).filter(({ name }) => name === NAME.name);
  return named.at(-1)?.totals ?? null;
}

/** How many keys are in the copies of a member that has closed them. */
async function copiesIn(dir: string): Promise<number> {
  const root = openLmdb({ path: dir, readOnly: true, maxDbs: 4 });
  const copies = root.openDB({ name: 'work', keyEncoding: 'binary', encoding: 'binary' });
  const { entryCount } = copies.getStats() as { readonly entryCount: number };
  await root.close();
  return entryCount;
}

/** Keys of the first job of the name that its changelog still has a value for. */
async function stateLeft(log: Awaited<ReturnType<typeof openMember>>['log']): Promise<readonly string[]> {
  const left = new Map<string, boolean>();
  for (const { partition, key, value } of await readTopic(log, `job.${NAME.tenant}.${NAME.name}.state`)) {
    left.set(`${partition} ${key}`, value.byteLength > 0);
  }
  return [...left].filter(([, isThere]) => isThere).map(([place]) => place);
}
