import { join } from 'node:path';
import { EventGenerator } from '../src/cli/generate/event-generator.ts';
import { askGraphql } from '../src/cli/generate/graphql-client.ts';
import { openKafkaLog } from '../src/log/kafka-log.ts';
import { partitionOf } from '../src/log/partition-of.ts';
import type { EventModel, KindModel } from '../src/model/event-model.ts';
import { logKey, recordHead } from '../src/model/record-format.ts';
import { inTopic } from '../src/model/topics.ts';
import { DATABASE } from '../src/warehouse/warehouse.ts';
import { type KafkaLoadingBench, openKafkaLoading } from '../test/support/kafka/open-kafka-loading.ts';
import { until } from '../test/support/until.ts';
import { type Child, startChild } from './child.ts';
import { median } from './statistics.ts';

export interface KafkaToVisibleFigures {
  /** Events a second from the first one produced into `.in` to visible in all rollups: through admission, the Kafka engine and every view. */
  readonly product: number;
  /** The same events, as admission writes them, produced into the topic that the same Kafka engine tables and views read: nothing else runs. */
  readonly plain: number;
  readonly share: number;
  readonly events: number;
}

interface KafkaToVisibleOptions {
  readonly model: EventModel;
  readonly kind: KindModel;
  readonly dir: string;
  readonly brokers: string;
  readonly rounds: number;
  readonly events: number;
}

/** Rounds of the one and the other in turn; the share is the median of the rounds' own shares. */
export async function measureKafkaToVisible(options: KafkaToVisibleOptions): Promise<KafkaToVisibleFigures> {
  const plain = await openKafkaLoading({ brokers: options.brokers, partitions: PARTITIONS, verifies: false });
  const product = await startChild('product-process.ts', {
    PORT: '0',
    LAKEGATE_SQL_PORT: '0',
    LAKEGATE_DATA_DIR: join(options.dir, 'product'),
    LAKEGATE_KAFKA_BROKERS: options.brokers,
    LAKEGATE_KAFKA_PREFIX: PREFIX,
  });
  const log = await openKafkaLog({ brokers: options.brokers.split(','), clientId: 'bench', prefix: PREFIX });
  await log.adoptTopic(PREFIX + inTopic(options.kind));
  const rounds: { readonly product: number; readonly plain: number }[] = [];
  for (let round = 0; round <= options.rounds; round++) {
    const made = makeEvents(options, round);
    const figures = {
      plain: await throughPlainEngine(plain, made, (round + 1) * options.events),
      product: await throughProduct({ product, log, kind: options.kind }, made, (round + 1) * options.events),
    };
    if (round > 0) rounds.push(figures);
  }
  await log.close();
  await product.stop();
  await plain.stop();
  return {
    product: median(rounds.map((round) => round.product)),
    plain: median(rounds.map((round) => round.plain)),
    share: median(rounds.map((round) => round.product / round.plain)),
    events: options.events,
  };
}

const PREFIX = 'visible.';
const PARTITIONS = 4;
/** Ends before now: nothing is in the future however slow the run is. */
const SPAN_MS = 3_600_000;
const EVENTS_OF_ONE_CALL = 1_000;

interface Made {
  /** By partition: events as a producer sends them, and as admission writes them. */
  readonly partitions: readonly { readonly lines: Line[]; readonly records: Line[] }[];
}

interface Line {
  readonly key: string;
  readonly timeMs: number;
  readonly value: Buffer;
}

function makeEvents({ model, kind, events }: KafkaToVisibleOptions, round: number): Made {
  const endMs = Date.now();
  const generator = new EventGenerator({
    kind,
    enums: model.enums,
    seed: `kafka/${round}`,
    timeline: { startMs: endMs - SPAN_MS, stepMs: SPAN_MS / events },
  });
  const keyAt = kind.fields.findIndex((field) => field.name === kind.keyField);
  const item = generator.item();
  const partitions = Array.from({ length: PARTITIONS }, () => ({ lines: [] as Line[], records: [] as Line[] }));
  for (let index = 0; index < events; index++) {
    const { line, picks, timeUs } = generator.make(index, item);
    const key = logKey('default', generator.makers[keyAt]?.text(picks[keyAt] ?? 0) ?? '');
    const timeMs = Math.floor(timeUs / 1000);
    const head = recordHead({
      tenant: 'default',
      timeUs: BigInt(timeUs),
      receivedAtMs: endMs,
      watermarkMs: endMs - SPAN_MS,
      sequence: null,
      compositeId: null,
    });
    const partition = partitions[partitionOf(key, PARTITIONS)];
    partition?.lines.push({ key, timeMs, value: Buffer.from(line) });
    partition?.records.push({ key, timeMs, value: Buffer.from(`${head}${line.slice(1)}`) });
  }
  return { partitions };
}

async function throughPlainEngine(bench: KafkaLoadingBench, made: Made, total: number): Promise<number> {
  const events = eventsOf(made);
  const startedAt = performance.now();
  await Promise.all(
    made.partitions.map(async ({ records }, partition) => {
      for (const call of calls(records)) await bench.send(partition, call);
    }),
  );
  const { warehouse } = bench.test;
  await until(async () => {
    const { rows } = await warehouse.query<{ count: string }>(
      `SELECT sum(count) AS count FROM ${DATABASE}.${bench.kind.plural}_rollup_1d`,
    );
    return Number(rows[0]?.count) >= total;
  }, PATIENCE_MS);
  return events / ((performance.now() - startedAt) / 1000);
}

interface ProductParts {
  readonly product: Child;
  readonly log: Awaited<ReturnType<typeof openKafkaLog>>;
  readonly kind: KindModel;
}

async function throughProduct({ product, log, kind }: ProductParts, made: Made, total: number): Promise<number> {
  const events = eventsOf(made);
  const topic = PREFIX + inTopic(kind);
  const startedAt = performance.now();
  await Promise.all(
    made.partitions.map(async ({ lines }, partition) => {
      for (const call of calls(lines)) await log.appendTo(topic, partition, call);
    }),
  );
  const query = `{ shown: ${kind.singular}Metrics(range: {last: "1d"}) { total { count } } }`;
  await until(async () => {
    const { shown } = await askGraphql<{ shown: { total: { count: number } } }>(product.url, { query });
    return shown.total.count >= total;
  }, PATIENCE_MS);
  return events / ((performance.now() - startedAt) / 1000);
}

const PATIENCE_MS = 300_000;

function eventsOf({ partitions }: Made): number {
  return partitions.reduce((sum, { lines }) => sum + lines.length, 0);
}

function* calls(lines: readonly Line[]): Generator<readonly Line[]> {
  for (let at = 0; at < lines.length; at += EVENTS_OF_ONE_CALL) yield lines.slice(at, at + EVENTS_OF_ONE_CALL);
}
