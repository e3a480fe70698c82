import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BulkClient } from '../../src/cli/generate/bulk-client.ts';
import { EventGenerator } from '../../src/cli/generate/event-generator.ts';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import { type KafkaHere, startKafka } from '../support/kafka/start-kafka.ts';
import { graphql, removeDir, runLakegate, startLakegateProcess, temporaryDir } from '../support/lakegate.ts';
import { until } from '../support/until.ts';

const EXAMPLE = resolve(import.meta.dirname, '../../examples/move-to-kafka');
const QUESTIONS = readFileSync(join(EXAMPLE, 'questions.graphql'), 'utf8');
const MODEL = loadDeclarations(resolve(import.meta.dirname, '../../schema/events'));
const EVENTS = 2_000;

describeWithKafka('the example of moving to Kafka', () => {
  const dataDir = temporaryDir();
  let kafka: KafkaHere;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(async () => {
    await kafka?.stop();
    removeDir(dataDir);
  });

  test('with one command and another environment the same questions give the same numbers, and the same ids are known', async () => {
    const embedded = await startLakegateProcess({ env: { LAKEGATE_DATA_DIR: dataDir } });
    const lines = { transaction: makeLines('transaction'), activity: makeLines('activity') };
    for (const [singular, text] of Object.entries(lines)) expect(await send(embedded.url, singular, text)).toBe(EVENTS);
    const before = await answers(embedded.url);
    expect(before).toMatchObject({ proof: { expected: EVENTS, seen: EVENTS, gaps: 0, duplicates: 0 } });
    expect(await embedded.stop()).toBe(0);

    const env = { LAKEGATE_DATA_DIR: dataDir, LAKEGATE_KAFKA_BROKERS: kafka.brokers };
    const moved = runLakegate(['carry-over'], env);
    expect([await moved.exit, moved.stderr()]).toEqual([0, '']);
    expect(moved.stdout()).toMatch(new RegExp(`transactions +${EVENTS}\\n`));

    const onKafka = await startLakegateProcess({ env: { ...env, LAKEGATE_VERDICT_DEADLINE: '25s' } });
    await until(async () => (await answers(onKafka.url)).proof.seen === EVENTS, 120_000);
    expect(await answers(onKafka.url)).toEqual(before);
    // Everything sent once more: known, all of it.
    for (const [singular, text] of Object.entries(lines)) expect(await send(onKafka.url, singular, text)).toBe(0);
    expect(await answers(onKafka.url)).toEqual(before);
    expect(await onKafka.stop()).toBe(0);
  });

  function makeLines(singular: string): string {
    const kind = MODEL.kinds.find((each) => each.singular === singular);
    if (kind === undefined) throw new Error(`expected the sample kind ${singular}`);
    const startMs = Date.now() - 3_600_000;
    const generator = new EventGenerator({
      kind,
      enums: MODEL.enums,
      seed: 'move',
      timeline: { startMs, stepMs: 1_000 },
    });
    const item = generator.item();
    return Array.from({ length: EVENTS }, (_, index) => `${generator.make(index, item).line}\n`).join('');
  }

  /** How many were new. */
  async function send(url: string, singular: string, lines: string): Promise<number> {
    const answer = await new BulkClient({ url: () => url, singular, patienceMs: 60_000 }).send(lines);
    await graphql(
      url,
      `query ($v: Version) { ${singular}Metrics(range: {last: "1h"}, atLeast: $v) { total { count } } }`,
      {
        v: answer.version,
      },
    );
    return answer.admitted;
  }

  interface Answers {
    readonly proof: { readonly seen: number };
  }

  async function answers(url: string): Promise<Answers> {
    const { data, errors } = await graphql<Answers>(url, QUESTIONS);
    expect(errors).toBeUndefined();
    return data;
  }
});
