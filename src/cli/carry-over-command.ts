import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { type CarriedOver, carryOver } from '../ingest/kafka/carry-over.ts';
import { openKafkaWork } from '../log/kafka-work.ts';
import { loadDeclarations } from '../model/declare/load-declarations.ts';
import { systemClock } from '../platform/clock.ts';
import type { Config } from '../platform/config.ts';
import { lockDataDir } from '../platform/data-dir-lock.ts';
import { LakegateError } from '../platform/errors.ts';
import { Lifecycle } from '../platform/lifecycle.ts';
import { createLogger } from '../platform/telemetry.ts';
import { connectKafka } from './start/connect-kafka.ts';
import { embeddedLogDir, startEmbeddedLog } from './start/embedded-log.ts';
import type { StartContext } from './start/pipeline.ts';

/** `lakegate carry-over`: what was taken before there was Kafka goes there, with its numbers and the memory of its ids. */
export function carryOverCommand(config: () => Config, print: (text: string) => void): Command {
  return new Command('carry-over')
    .description('copy the log of LAKEGATE_DATA_DIR to LAKEGATE_KAFKA_BROKERS; begun again, it goes on where it was')
    .action(async () => print(carriedText(await carryOverDataDir(config()))));
}

async function carryOverDataDir(config: Config): Promise<CarriedOver> {
  const { kafka, acceptPastMs, acceptFutureMs, stopDeadlineMs } = config;
  const dataDir = resolve(config.dataDir);
  if (kafka === null) throw mistake('LAKEGATE_KAFKA_BROKERS: expected the Kafka to carry the log over to');
  if (!existsSync(embeddedLogDir({ dataDir }))) {
    throw mistake(`LAKEGATE_DATA_DIR: expected a folder with a log to carry over, got ${config.dataDir} without one`);
  }
  const lifecycle = new Lifecycle();
  const logger = createLogger(config.logLevel);
  const model = loadDeclarations(config.schemaDir);
  // Nobody is answered here.
  const context: StartContext = { config, logger, model, dataDir, lifecycle, doorsOpen: Promise.resolve() };
  try {
    await lifecycle.start(
      'data directory lock',
      () => lockDataDir(dataDir),
      (lock) => lock.release(),
    );
    const from = await startEmbeddedLog(context);
    const { log: to, connection } = await connectKafka(context, kafka);
    const { model } = context;
    const work = await openKafkaWork(connection);
    return await carryOver({ model, from, to, work, clock: systemClock, acceptPastMs, acceptFutureMs });
  } finally {
    await lifecycle.stop(stopDeadlineMs);
  }
}

function carriedText(carried: CarriedOver): string {
  const lines = [...carried].map(([topic, records]) => `  ${topic.padEnd(16)} ${records}`);
  return `On Kafka now, by topic:\n${lines.join('\n')}\n\nStart with the same settings: ClickHouse loads it from there, and the same questions give the same numbers.`;
}

function mistake(message: string): LakegateError {
  return new LakegateError({ code: 'BAD_CONFIG', message });
}
