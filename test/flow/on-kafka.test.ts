import { afterAll, beforeAll } from 'vitest';
import { onKafka } from '../support/backend.ts';
import { describeWithKafka } from '../support/kafka/describe-with-kafka.ts';
import { type KafkaHere, startKafka } from '../support/kafka/start-kafka.ts';
import { doorsSuite } from './doors-suite.ts';
import { exactlyOnceSuite } from './exactly-once-suite.ts';
import { jobsWroteSuite } from './jobs-wrote-suite.ts';
import { sixthKindSuite } from './sixth-kind-suite.ts';

describeWithKafka('the way of an event, on a real broker', () => {
  let kafka: KafkaHere;
  beforeAll(async () => {
    kafka = await startKafka();
  });
  afterAll(() => kafka.stop());
  const backend = onKafka(() => kafka.brokers);

  doorsSuite(backend);
  sixthKindSuite(backend);
  exactlyOnceSuite(backend);
  jobsWroteSuite(backend);
});
