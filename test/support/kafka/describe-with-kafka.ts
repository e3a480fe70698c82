import { describe } from 'vitest';
import { javaIsHere } from './java-servers.ts';

/** A suite on real brokers. Where Java or Maven is missing it is named as skipped; LAKEGATE_TEST_ALL=1 makes that a failure. */
export function describeWithKafka(name: string, suite: () => void): void {
  const here = javaIsHere();
  if (!here && process.env.LAKEGATE_TEST_ALL === '1')
    throw new Error(`expected a JDK and Maven here: "${name}" needs both`);
  describe.skipIf(!here)(`${name} (needs a JDK and Maven)`, suite);
}
