import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { BulkClient } from '../../../src/cli/generate/bulk-client.ts';
import { ClientJournal, readJournal } from '../../../src/cli/generate/client-journal.ts';
import { compareTotals } from '../../../src/cli/generate/compare-totals.ts';
import { EventGenerator } from '../../../src/cli/generate/event-generator.ts';
import { ExpectedTotals } from '../../../src/cli/generate/expected-totals.ts';
import { mergedVersion } from '../../../src/cli/generate/merged-version.ts';
import { nextRandom, seedBits } from '../../../src/cli/generate/random.ts';
import { serverShows } from '../../../src/cli/generate/server-shows.ts';
import { loadDeclarations } from '../../../src/model/declare/load-declarations.ts';
import type { KindModel } from '../../../src/model/event-model.ts';
import { createWarehouse } from '../../../src/warehouse/clickhouse-client.ts';
import { openServerEndpoint } from '../../../src/warehouse/server-endpoint.ts';
import { describeWithKafka } from '../../support/kafka/describe-with-kafka.ts';
import { removeDir, temporaryDir } from '../../support/lakegate.ts';
import { differencesFromRaw, rawCounts } from '../../support/rollups-equal-raw.ts';
import { until } from '../../support/until.ts';
import { DrivenCluster } from './driven-cluster.ts';
import { faultSchedule } from './fault-schedule.ts';

const EVENTS = Number(process.env.CRASH_EVENTS ?? 40_000);
const FAULTS = Number(process.env.CRASH_FAULTS ?? process.env.CRASH_KILLS ?? 6);
const SEED = process.env.CRASH_SEED ?? String(Date.now());

const KINDS = ['transactions', 'ratings', 'logLines'];
const MODEL = loadDeclarations(new URL('../../../schema/events', import.meta.url).pathname);
const SHARES = { duplicates: 0.02, conflicts: 0.005, late: 0.02, future: 0.002, tooOld: 0.002, broken: 0.005 };
const SPAN_MS = 30 * 3_600_000;

describeWithKafka(`${FAULTS} faults under ${EVENTS} events on three brokers`, () => {
  const dirs: string[] = [];
  let cluster: DrivenCluster | undefined;
  afterAll(async () => {
    await cluster?.stop();
    for (const dir of dirs) removeDir(dir);
  });

  for (const keeper of [true, false]) {
    const offsets = keeper ? 'a Keeper holds the offsets' : 'the group holds the offsets';
    test(`where ${offsets}, nothing acknowledged is lost, nothing is counted twice, and frozen owners commit nothing`, async () => {
      console.log(`CRASH_SEED=${SEED} CRASH_EVENTS=${EVENTS} CRASH_FAULTS=${FAULTS}`);
      const dir = temporaryDir();
      dirs.push(dir);
      cluster = await DrivenCluster.start({ dir, keeper });
      const running = cluster;
      const journal = await ClientJournal.open(join(dir, 'journal'));
      const producers = MODEL.kinds
        .filter(({ plural }) => KINDS.includes(plural))
        .map((kind, index) => producerOf(kind, () => urlOf(running, index), journal));
      const progress = { sent: 0 };
      const sending = Promise.all(producers.map((producer) => sendAll(producer, progress)));
      const suffering = sufferAll(running, progress);
      await Promise.all([sending, suffering]);
      await running.thawed();
      await journal.close();
      await compare(running, producers, join(dir, 'journal'));
      console.log(
        `commits refused to frozen owners: ${await running.figureOfMembers('lakegate_fenced_commits_total')}`,
      );
      expect(running.unexpectedEnds).toEqual([]);
      cluster = undefined;
      await running.stop();
    });
  }
});

/** Each producer talks to one gateway and, when that is killed, to the one that comes after it. */
function urlOf({ gateways }: DrivenCluster, index: number): string {
  const gateway = gateways[index % gateways.length];
  if (gateway === undefined) throw new Error('there is no gateway');
  return gateway.url;
}

interface Producer {
  readonly kind: KindModel;
  readonly generator: EventGenerator;
  readonly totals: ExpectedTotals;
  readonly client: BulkClient;
  readonly journal: ClientJournal;
  version: string | null;
}

function producerOf(kind: KindModel, url: () => string, journal: ClientJournal): Producer {
  const count = EVENTS / KINDS.length;
  const generator = new EventGenerator({
    kind,
    enums: MODEL.enums,
    seed: `${SEED}/${kind.plural}`,
    timeline: { startMs: Date.now() - SPAN_MS, stepMs: SPAN_MS / count },
    shares: SHARES,
  });
  const client = new BulkClient({ url, singular: kind.singular, patienceMs: 600_000 });
  return { kind, generator, totals: new ExpectedTotals(generator), client, journal, version: null };
}

/** Batches of 1 to 300 events: every id is on the producer's disk before it is sent, and the answer after. */
async function sendAll(producer: Producer, progress: { sent: number }): Promise<void> {
  const { kind, generator, totals, journal, client } = producer;
  const count = Math.floor(EVENTS / KINDS.length);
  const item = generator.item();
  let bits = seedBits(`${SEED}/${kind.plural}/batches`);
  for (let next = 0; next < count; ) {
    bits = nextRandom(bits);
    const end = Math.min(count, next + 1 + (bits % 300));
    const size = end - next;
    const ids = new Set<string>();
    let lines = '';
    for (; next < end; next++) {
      totals.take(generator.make(next, item));
      lines += `${item.line}\n`;
      if (item.verdict === 'ADMITTED' && item.id !== null) ids.add(item.id);
    }
    await journal.sending(kind.plural, [...ids]);
    const answer = await client.send(lines);
    await journal.answered(
      kind.plural,
      [...ids].map((id) => ({ id, verdict: 'ADMITTED' })),
    );
    producer.version = mergedVersion(producer.version, answer.version);
    progress.sent += size;
  }
}

async function sufferAll(cluster: DrivenCluster, progress: { readonly sent: number }): Promise<void> {
  for (const fault of faultSchedule(SEED, FAULTS)) {
    await until(() => progress.sent >= fault.atShare * EVENTS, SENDING_MS_MAX);
    await cluster.suffer(fault);
  }
}

/** What was acknowledged while nobody had judged it yet is judged after the last fault: waited for, and then everything must be equal. */
async function compare(cluster: DrivenCluster, producers: readonly Producer[], journal: string): Promise<void> {
  const warehouse = createWarehouse({ endpoint: openServerEndpoint({ url: cluster.engine.url }) });
  try {
    for (const { kind, totals } of producers) {
      const { admitted } = totals;
      const once = { rows: admitted, positions: admitted, ids: admitted };
      // What a frozen engine read twice is there twice until the loader notices: waited for as well.
      await until(async () => isDeepStrictEqual(await rawCounts(warehouse, kind), once), JUDGING_MS_MAX).catch(
        () => {},
      );
      expect(await rawCounts(warehouse, kind)).toEqual(once);
      const { sent, acknowledged } = await readJournal(journal, kind.plural);
      const { rows } = await warehouse.query<{ id: string }>(`SELECT _id AS id FROM lakegate.${kind.plural}`);
      const raw = new Set(rows.map(({ id }) => id));
      expect(
        [...acknowledged].filter((id) => !raw.has(id)),
        'acknowledged and lost',
      ).toEqual([]);
      expect(
        [...raw].filter((id) => !sent.has(id)),
        'in raw and never sent',
      ).toEqual([]);
    }
    for (const { kind, totals, version } of producers) {
      for (const { url } of cluster.gateways) {
        const shown = await serverShows(url, kind, { ...wholeRange(), atLeast: version });
        expect(compareTotals(totals, NOTHING, shown).filter(({ equal }) => !equal)).toEqual([]);
      }
    }
    expect(
      await differencesFromRaw(
        warehouse,
        producers.map(({ kind }) => kind),
      ),
    ).toEqual([]);
  } finally {
    await warehouse.close();
  }
}

const SENDING_MS_MAX = 6 * 3_600_000;
const JUDGING_MS_MAX = 300_000;

const NOTHING = { groups: new Map(), ledger: { expected: 0, seen: 0, gaps: 0, duplicates: 0 } };

function wholeRange(): { readonly fromMs: number; readonly toMs: number } {
  const hour = 3_600_000;
  const now = Math.ceil(Date.now() / hour) * hour;
  return { fromMs: now - SPAN_MS - 24 * hour, toMs: now };
}
