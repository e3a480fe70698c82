import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ClientJournal } from '../../../src/cli/generate/client-journal.ts';
import { compareTotals } from '../../../src/cli/generate/compare-totals.ts';
import { serverShows } from '../../../src/cli/generate/server-shows.ts';
import { createWarehouse } from '../../../src/warehouse/clickhouse-client.ts';
import { openServerEndpoint } from '../../../src/warehouse/server-endpoint.ts';
import { describeWithKafka } from '../../support/kafka/describe-with-kafka.ts';
import { removeDir, temporaryDir } from '../../support/lakegate.ts';
import { differencesFromRaw, rawCounts } from '../../support/rollups-equal-raw.ts';
import { until } from '../../support/until.ts';
import { expectRawAsSent } from '../expect-raw-as-sent.ts';
import {
  type JournalingProducer,
  journalingProducer,
  KINDS,
  NOTHING,
  sendAll,
  wholeRange,
} from '../journaling-producer.ts';
import { DrivenCluster } from './driven-cluster.ts';
import { faultSchedule } from './fault-schedule.ts';
import { whatStands } from './what-stands.ts';

const EVENTS = Number(process.env.CRASH_EVENTS ?? 40_000);
const FAULTS = Number(process.env.CRASH_FAULTS ?? process.env.CRASH_KILLS ?? 6);
const SEED = process.env.CRASH_SEED ?? String(Date.now());

/** Where a Keeper holds the offsets of what is loaded, or the group does. Each in a file of its own: most of either is waiting. */
export function kafkaFaultsSuite({ keeper }: { readonly keeper: boolean }): void {
  describeWithKafka(`${FAULTS} faults under ${EVENTS} events on three brokers`, () => {
    let dir = '';
    let cluster: DrivenCluster | undefined;
    beforeAll(() => {
      dir = temporaryDir();
    });
    afterAll(async () => {
      await cluster?.stop();
      removeDir(dir);
    });

    const offsets = keeper ? 'a Keeper holds the offsets' : 'the group holds the offsets';
    test(`where ${offsets}, nothing acknowledged is lost, nothing is counted twice, and frozen owners commit nothing`, async () => {
      console.log(`CRASH_SEED=${SEED} CRASH_EVENTS=${EVENTS} CRASH_FAULTS=${FAULTS}`);
      cluster = await DrivenCluster.start({ dir, keeper });
      const running = cluster;
      const journal = await ClientJournal.open(join(dir, 'journal'));
      const producers = KINDS.map((kind, index) =>
        journalingProducer({ kind, url: () => urlOf(running, index), journal, seed: SEED, events: EVENTS }),
      );
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
  });
}

/** Each producer talks to one gateway and, when that is killed, to the one that comes after it. */
function urlOf({ gateways }: DrivenCluster, index: number): string {
  const gateway = gateways[index % gateways.length];
  if (gateway === undefined) throw new Error('there is no gateway');
  return gateway.url;
}

async function sufferAll(cluster: DrivenCluster, progress: { readonly sent: number }): Promise<void> {
  for (const fault of faultSchedule(SEED, FAULTS)) {
    await until(() => progress.sent >= fault.atShare * EVENTS, SENDING_MS_MAX);
    console.log(`${new Date().toISOString()} after ${progress.sent} events: ${JSON.stringify(fault)}`);
    await cluster.suffer(fault);
  }
}

/** What was acknowledged while nobody had judged it yet is judged after the last fault: waited for, and then everything must be equal. */
async function compare(
  cluster: DrivenCluster,
  producers: readonly JournalingProducer[],
  journal: string,
): Promise<void> {
  const warehouse = createWarehouse({ endpoint: openServerEndpoint({ url: cluster.engine.url }) });
  try {
    for (const { kind, totals } of producers) {
      const { admitted } = totals;
      const once = { rows: admitted, positions: admitted, ids: admitted };
      // What a frozen engine read twice is there twice until the loader notices: waited for as well.
      await until(async () => isDeepStrictEqual(await rawCounts(warehouse, kind), once), JUDGING_MS_MAX).catch(
        async () => console.log(await whatStands(cluster, warehouse)),
      );
      expect(cluster.unexpectedEnds).toEqual([]);
      expect({ kind: kind.plural, ...(await rawCounts(warehouse, kind)) }).toEqual({ kind: kind.plural, ...once });
      await expectRawAsSent(warehouse, kind, journal);
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
const JUDGING_MS_MAX = 600_000;
