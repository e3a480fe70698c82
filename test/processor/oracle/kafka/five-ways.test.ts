import { afterAll, beforeAll } from 'vitest';
import { describeWithKafka } from '../../../support/kafka/describe-with-kafka.ts';
import { type KafkaHere, startKafka } from '../../../support/kafka/start-kafka.ts';
import { describeWithOracle, kills, runs } from '../ask-oracle.ts';
import { fiveWays } from '../five-ways.ts';
import { BUILT_IN_JOBS, PATTERN_JOBS, RE_KEYED_JOBS, WINDOW_JOBS } from '../jobs.ts';

/*
 * The same as on the embedded log, with fewer jobs: each is a group of its own, with four transactional producers. A member that was killed is missed
 * after ten seconds, and only then is there something to kill again.
 */
const JOBS = ['tumbling-correct', 'sliding-side', 'session-correct', 'strict-allowing-late', 'nothing-after'];

let kafka: KafkaHere;
let places = 0;

describeWithKafka('on Kafka', () => {
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka.stop());

  describeWithOracle('with an oracle', () => {
    fiveWays({
      runs: runs(1),
      jobs: [
        ...[...WINDOW_JOBS, ...PATTERN_JOBS].filter(({ name }) => JOBS.includes(name)),
        ...BUILT_IN_JOBS.filter((name) => name === 'sessions' || name === 'two-large-payments'),
      ],
      reKeyedJobs: RE_KEYED_JOBS.filter(({ name }) => name === 'merchants-correct'),
      kills: kills(2),
      lifeMsMax: 20_000,
      fedBefore: true,
      newPlace: (dir) => `kafka://${kafka.brokers}/ways${places++}.${dir}`,
    });
  });
});
