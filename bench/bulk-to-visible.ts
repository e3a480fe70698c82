import { join } from 'node:path';
import { createClient } from '@clickhouse/client';
import { EventGenerator } from '../src/cli/generate/event-generator.ts';
import { askGraphql } from '../src/cli/generate/graphql-client.ts';
import { mergedVersion } from '../src/cli/generate/merged-version.ts';
import { partitionOf } from '../src/log/partition-of.ts';
import type { EventModel, KindModel } from '../src/model/event-model.ts';
import { logKey, recordHead } from '../src/model/record-format.ts';
import { queueTable, tableDefinitions } from '../src/model/tables/tables.ts';
import { RECORD_FORMAT_SETTINGS } from '../src/warehouse/load/load-settings.ts';
import { loadMigrations, migrate } from '../src/warehouse/migrate.ts';
import { DATABASE } from '../src/warehouse/warehouse.ts';
import { startTestWarehouse, type TestWarehouse } from '../test/support/warehouse.ts';
import { type Child, startChild } from './child.ts';
import { median } from './statistics.ts';

export interface BulkFigures {
  /** Events a second from the first byte sent to visible in all rollups. */
  readonly product: number;
  /** The same records inserted straight into the same tables of another engine. */
  readonly straight: number;
  readonly share: number;
  readonly events: number;
}

interface BulkOptions {
  readonly model: EventModel;
  readonly kind: KindModel;
  readonly dir: string;
  readonly rounds: number;
  readonly events: number;
}

/** Rounds of the one and the other in turn; the share is the median of the rounds' own shares. */
export async function measureBulkToVisible(options: BulkOptions): Promise<BulkFigures> {
  const product = await startChild('product-process.ts', {
    PORT: '0',
    LAKEGATE_SQL_PORT: '0',
    LAKEGATE_DATA_DIR: join(options.dir, 'product'),
  });
  const engine = await startEngine(options);
  const rounds: { readonly product: number; readonly straight: number }[] = [];
  // The first round warms both and is not counted.
  for (let round = 0; round <= options.rounds; round++) {
    const events = makeEvents(options, round);
    const figures = {
      straight: await insertStraight(engine, options, events),
      product: await sendByBulk(product, options, events),
    };
    if (round > 0) rounds.push(figures);
  }
  await product.stop();
  await engine.stop();
  return {
    product: median(rounds.map((round) => round.product)),
    straight: median(rounds.map((round) => round.straight)),
    share: median(rounds.map((round) => round.product / round.straight)),
    events: options.events,
  };
}

interface Made {
  readonly lines: readonly string[];
  /** The same events as the log holds them and the loader hands them over. */
  readonly records: readonly string[];
}

async function startEngine({ kind, dir }: BulkOptions): Promise<TestWarehouse> {
  const engine = await startTestWarehouse({ dir: join(dir, 'straight') });
  await migrate(engine.warehouse, [
    ...(await loadMigrations(join(import.meta.dirname, '../clickhouse'))),
    ...tableDefinitions(kind).map(({ path, sql }) => ({ name: path, sql })),
  ]);
  return engine;
}

function makeEvents({ model, kind, events }: BulkOptions, round: number): Made {
  const endMs = Date.now();
  const generator = new EventGenerator({
    kind,
    enums: model.enums,
    seed: `bulk/${round}`,
    timeline: { startMs: endMs - SPAN_MS, stepMs: SPAN_MS / events },
  });
  const keyAt = kind.fields.findIndex((field) => field.name === kind.keyField);
  const item = generator.item();
  const lines: string[] = [];
  const records: string[] = [];
  const nextOffsets = [0, 0, 0, 0];
  for (let index = 0; index < events; index++) {
    const { line, picks, timeUs } = generator.make(index, item);
    const key = generator.makers[keyAt]?.text(picks[keyAt] ?? 0) ?? '';
    const partition = partitionOf(logKey('default', key), PARTITIONS);
    const offset = round * events + (nextOffsets[partition] ?? 0);
    nextOffsets[partition] = (nextOffsets[partition] ?? 0) + 1;
    const head = recordHead({
      tenant: 'default',
      timeUs: BigInt(timeUs),
      receivedAtMs: endMs,
      watermarkMs: endMs - SPAN_MS,
      sequence: null,
      compositeId: null,
    });
    lines.push(line);
    records.push(`{"_partition":${partition},"_offset":${offset},${head.slice(1)}${line.slice(1)}`);
  }
  return { lines, records };
}

/** An hour, as a batch of something that was collected for an hour. */
const SPAN_MS = 3_600_000;
const PARTITIONS = 4;

/** What the loader takes at once, too. */
const ROWS_OF_ONE_INSERT = 50_000;

async function insertStraight(
  engine: TestWarehouse,
  { kind, events }: BulkOptions,
  { records }: Made,
): Promise<number> {
  const state = engine.engine.state();
  if (state.state !== 'up') throw new Error('the engine is not up');
  const client = createClient({ url: state.url, ...state.credentials.load });
  const bodies = Array.from({ length: Math.ceil(events / ROWS_OF_ONE_INSERT) }, (_, at) =>
    records.slice(at * ROWS_OF_ONE_INSERT, (at + 1) * ROWS_OF_ONE_INSERT).join('\n'),
  );
  const startedAt = performance.now();
  for (const body of bodies) {
    await client.command({
      query: `INSERT INTO ${DATABASE}.${queueTable(kind)} FORMAT JSONEachRow\n${body}`,
      clickhouse_settings: RECORD_FORMAT_SETTINGS,
    });
  }
  const seconds = (performance.now() - startedAt) / 1000;
  await client.close();
  return events / seconds;
}

const EVENTS_OF_ONE_REQUEST = 10_000;
const REQUESTS_AT_ONCE = 2;

async function sendByBulk(product: Child, { kind, events }: BulkOptions, { lines }: Made): Promise<number> {
  const bodies = Array.from({ length: Math.ceil(events / EVENTS_OF_ONE_REQUEST) }, (_, at) =>
    Buffer.from(lines.slice(at * EVENTS_OF_ONE_REQUEST, (at + 1) * EVENTS_OF_ONE_REQUEST).join('\n')),
  );
  let version: string | null = null;
  let next = 0;
  const startedAt = performance.now();
  const send = async (): Promise<void> => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const response = await fetch(`${product.url}/ingest/${kind.singular}`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson' },
        body,
      });
      if (!response.ok) throw new Error(`the bulk door answered ${response.status}: ${await response.text()}`);
      const answer = (await response.json()) as { readonly version: string };
      version = mergedVersion(version, answer.version);
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, send));
  const query = `query Visible($atLeast: Version) { shown: ${kind.singular}Metrics(range: {last: "1h"}, atLeast: $atLeast) { total { count } } }`;
  await askGraphql(product.url, { query, variables: { atLeast: version } });
  return events / ((performance.now() - startedAt) / 1000);
}
