import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isAnswerOfLog } from '../../support/answer-of-log.ts';
import { onKafka, serverUrl } from '../../support/backend.ts';
import { InsistentWriter } from '../../support/insistent-writer.ts';
import { describeWithKafka } from '../../support/kafka/describe-with-kafka.ts';
import { type KafkaHere, startKafka } from '../../support/kafka/start-kafka.ts';
import { graphql, type LakegateHere, removeDir, startLakegateHere, temporaryDir } from '../../support/lakegate.ts';
import { randomFrom } from '../../support/random.ts';
import { AddedReader, PAYMENTS_QUERY, type PaymentRow, PaymentsReader } from '../../support/resuming-reader.ts';
import { until } from '../../support/until.ts';

/** A long run: LAKEGATE_TEST_WRITES=3000, with other losses for each LAKEGATE_TEST_SEED. */
const WRITES = Number(process.env.LAKEGATE_TEST_WRITES ?? 30);
/** Further ones, until every way of going on was met. */
const WRITES_MORE_MAX = 200;
const SEED = Number(process.env.LAKEGATE_TEST_SEED ?? 20261121);

describeWithKafka('live, at two gateways on one Kafka', () => {
  const dir = temporaryDir();
  let kafka: KafkaHere;
  let first: LakegateHere;
  let second: LakegateHere;

  beforeAll(async () => {
    kafka = await startKafka();
    const { env } = await onKafka(() => kafka.brokers).open();
    first = await startLakegateHere({ env: { ...env, LAKEGATE_DATA_DIR: join(dir, 'first') } });
    if (first.engine === null) throw new Error('expected the first process to have the engine');
    const gatewayAlone = { LAKEGATE_CLICKHOUSE_URL: serverUrl(first.engine), LAKEGATE_ROLES: 'gateway' };
    second = await startLakegateHere({ env: { ...env, ...gatewayAlone, LAKEGATE_DATA_DIR: join(dir, 'second') } });
  });

  afterAll(async () => {
    await second?.stop();
    await first?.stop();
    await kafka?.stop();
    removeDir(dir);
  });

  test(
    'readers that go on at the other gateway miss no event and get none twice; after every message their metrics are those of its version, and at the end what both gateways answer',
    async () => {
      const urls = () => [first.url, second.url];
      const reading = (seed: number) => ({ urls, random: randomFrom(seed), lossOneIn: 2 });
      const added = [0, 1, 2].map((index) => new AddedReader(reading(SEED + index)));
      const payments = [3, 4, 5].map((index) => new PaymentsReader(reading(SEED + index)));
      const readers = [...added, ...payments];
      for (const reader of readers) reader.start();
      await until(() => readers.every(({ cursor }) => cursor !== null), 60_000);

      const random = randomFrom(SEED);
      const writer = new InsistentWriter('live', urls, random);
      for (let write = 0; write < WRITES; write++) {
        await writer.write(1 + random(20));
        // Now and then readers catch up, so that there are many versions to compare.
        if (write % 5 === 0)
          await until(() => payments.every(({ count }) => count >= writer.acknowledged.length), 60_000);
      }
      const met = () =>
        readers.reduce((sum, { losses }) => sum + losses, 0) > 2 * readers.length &&
        added.some(({ elsewhere }) => elsewhere > 0) &&
        payments.some(({ resumedHere }) => resumedHere.PATCH > 0) &&
        payments.some(({ resumedElsewhere }) => resumedElsewhere.SNAPSHOT > 0);
      // A property that is never reached proves nothing. On a busy machine few messages carry many writes: written on until all of it was met.
      for (let write = 0; write < WRITES_MORE_MAX && !met(); write++) {
        await writer.write(1 + random(20));
        await until(() => payments.every(({ count }) => count >= writer.acknowledged.length), 60_000);
      }
      expect(met()).toBe(true);

      const sent = [...writer.acknowledged].sort();
      await until(() => added.every(({ ids }) => ids.length >= sent.length), 120_000);
      await until(() => payments.every(({ count }) => count >= sent.length), 120_000);
      for (const reader of readers) await reader.stop();
      for (const { ids, skipped } of added) {
        expect([...ids].sort()).toEqual(sent);
        expect(skipped).toEqual([]);
      }
      const [logged] = added;
      for (const { states } of payments) {
        expect(states.filter((state) => !isAnswerOfLog(state, logged?.payments ?? []))).toEqual([]);
      }
      for (const { states } of payments)
        expect(new Set(states.map(({ version }) => version)).size).toBeGreaterThan(WRITES / 8);
      for (const url of urls()) {
        const answer = await ask(url, writer.version);
        for (const { rows } of payments) expect(rows).toEqual(answer);
      }
      for (const { refusals } of readers) expect(refusals).toEqual([]);
      expect(payments.map(({ resumedElsewhere }) => resumedElsewhere.PATCH)).toEqual(payments.map(() => 0));
    },
    300_000 + WRITES * 2_000,
  );

  async function ask(url: string, atLeast: string | null): Promise<ReadonlyMap<string, PaymentRow>> {
    const { data } = await graphql<{ transactionMetrics: { rows: readonly PaymentRow[] } }>(url, PAYMENTS_QUERY, {
      atLeast,
    });
    return new Map(data.transactionMetrics.rows.map((row) => [row.id, row]));
  }
});
