import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventGenerator } from '../src/cli/generate/event-generator.ts';
import { loadDeclarations } from '../src/model/declare/load-declarations.ts';
import { SAMPLE_KINDS_DIR } from '../src/model/declare/schema-files.ts';
import type { EventModel, KindModel } from '../src/model/event-model.ts';
import { startKafka } from '../test/support/kafka/start-kafka.ts';
import { startZooKeeper } from '../test/support/kafka/start-zookeeper.ts';
import { type FreshnessFigures, measureFreshness } from './freshness.ts';
import { type KafkaToVisibleFigures, measureKafkaToVisible } from './kafka-to-visible.ts';
import { measureProducing, type ProducingFigures } from './producing.ts';
import { type Circumstances, circumstances, keep, machine, number, say } from './report.ts';

interface KafkaFigures extends Circumstances {
  readonly producing: ProducingFigures;
  readonly toVisible: KafkaToVisibleFigures;
  readonly withoutKeeper: FreshnessFigures;
  readonly withKeeper: FreshnessFigures;
}

/** What the same pipeline costs on Apache Kafka: one broker, the product, the sender and the engine on one machine. Needs a JDK and Maven. */
export async function benchKafka({ brief }: { readonly brief: boolean }): Promise<void> {
  const model = loadDeclarations(SAMPLE_KINDS_DIR);
  const kind = model.kinds.find(({ plural }) => plural === 'transactions');
  if (kind === undefined) throw new Error('the sample kinds hold transactions');
  const dir = mkdtempSync(join(tmpdir(), 'lakegate-bench-'));
  const kafka = await startKafka();
  const zooKeeper = await startZooKeeper();
  try {
    say(machine());
    const { brokers } = kafka;
    const size = brief ? { rounds: 2, events: 50_000, seconds: 5 } : { rounds: 5, events: 200_000, seconds: 30 };
    const sample = makeLines(model, kind, size.events);
    const producing = await measureProducing({ brokers: brokers.split(','), ...sample, rounds: size.rounds });
    say(
      `made durable on Kafka: ${number(producing.log)} events/s, ${producing.share.toFixed(2)} of kafkajs alone with the same settings (${number(producing.kafkajs)})`,
    );
    const { rounds, events } = size;
    const toVisible = await measureKafkaToVisible({ model, kind, dir, brokers, rounds, events });
    say(
      `produced to visible in all rollups: ${number(toVisible.product)} events/s through admission, ${toVisible.share.toFixed(2)} of the Kafka engine alone with the same tables (${number(toVisible.plain)})`,
    );
    const freshness = async (prefix: string, more: Readonly<Record<string, string>>): Promise<FreshnessFigures> => {
      const env = { LAKEGATE_KAFKA_BROKERS: brokers, LAKEGATE_KAFKA_PREFIX: prefix, ...more };
      const options = { model, dataDir: join(dir, prefix), load: 'one kind watched', eventsPerSecond: 1_000 } as const;
      const figures = await measureFreshness({ ...options, seconds: size.seconds, env });
      say(freshnessText(figures, prefix));
      return figures;
    };
    const withoutKeeper = await freshness('without-keeper.', {});
    const withKeeper = await freshness('with-keeper.', { LAKEGATE_KEEPER: zooKeeper.address });
    const figures: KafkaFigures = { ...circumstances(), producing, toVisible, withoutKeeper, withKeeper };
    if (!brief) keep('kafka', figures, cellsOf(figures));
  } finally {
    await kafka.stop();
    await zooKeeper.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

function makeLines(model: EventModel, kind: KindModel, count: number) {
  const generator = new EventGenerator({
    kind,
    enums: model.enums,
    seed: 'producing',
    timeline: { startMs: Date.now() - 3_600_000, stepMs: 1 },
  });
  const keyAt = kind.fields.findIndex((field) => field.name === kind.keyField);
  const item = generator.item();
  const lines: string[] = [];
  const keys: string[] = [];
  for (let index = 0; index < count; index++) {
    const { line, picks } = generator.make(index, item);
    lines.push(line);
    keys.push(generator.makers[keyAt]?.text(picks[keyAt] ?? 0) ?? '');
  }
  return { lines, keys };
}

function freshnessText({ eventsPerSecond, sentMsP50, sentMsP99, msP50, msP99 }: FreshnessFigures, how: string): string {
  return `sent to visible, ${number(eventsPerSecond)} events/s, ${how.replace('-', ' ').replace('.', '')}: p50 ${sentMsP50.toFixed(0)} ms, p99 ${sentMsP99.toFixed(0)} ms (from the acknowledgement: ${msP50.toFixed(0)} and ${msP99.toFixed(0)})`;
}

function cellsOf({ producing, toVisible, withoutKeeper, withKeeper }: KafkaFigures): readonly string[] {
  return [
    `${producing.share.toFixed(2)} of ${number(producing.kafkajs)}/s`,
    `${toVisible.share.toFixed(2)} of ${number(toVisible.plain)}/s`,
    ...[withoutKeeper, withKeeper].map(
      ({ sentMsP50, sentMsP99, processors }) =>
        `${sentMsP50.toFixed(0)} ms, ${sentMsP99.toFixed(0)} ms, ${processors.toFixed(2)}`,
    ),
  ];
}
