import { expect, test } from 'vitest';
import { OperationReads } from '../../src/analytics/standing/operation-reads.ts';
import type { Version } from '../../src/model/version.ts';

const TOPIC = 'payments';

function versionAt(offset: bigint, watermarkMs: number): Version {
  return { offsets: new Map([[TOPIC, new Map([[0, offset]])]]), watermarksMs: new Map([[TOPIC, watermarkMs]]) };
}

/** Both spans stood still: only the version went on meanwhile. */
function readsOf(versions: readonly Version[]): OperationReads {
  const reads = new OperationReads();
  versions.forEach((version, hour) => {
    const scope = { spans: [{ fromUs: hour, toUs: hour + 1 }], tables: ['payments'] };
    reads.read({ topics: [TOPIC], scope, identity: `span ${hour}`, version, rates: null });
    reads.told(TOPIC, version);
  });
  reads.whole();
  return reads;
}

test('an answer that tells two versions of a kind is not kept: no moment has both', () => {
  const same = readsOf([versionAt(10n, 1000), versionAt(10n, 1000)]).stamp();
  expect(same?.reads).toHaveLength(2);
  expect(same?.versions).toHaveLength(1);
  expect(readsOf([versionAt(10n, 1000), versionAt(11n, 1000)]).stamp()).toBeNull();
  expect(readsOf([versionAt(11n, 1000), versionAt(10n, 1000)]).stamp()).toBeNull();
  expect(readsOf([versionAt(10n, 1000), versionAt(10n, 9000)]).stamp()).toBeNull();
});
