import type { Admission } from '../ingest/admission.ts';
import type { Log, StoredRecord } from '../log/log.ts';
import { TENANT_DEFAULT } from '../model/record-format.ts';
import { LakegateError } from '../platform/errors.ts';
import type { SetAside } from '../warehouse/load/topic-load.ts';

/**
 * Keeps a record that the warehouse can never take where everything refused is kept: whole, with the warehouse's reason. The loader goes
 * past it only once this has resolved.
 */
export function keepSetAside(log: Log, admission: Admission): SetAside {
  return async ({ topic, partition, offset }, reason) => {
    const record = await readRecord(log, topic, partition, offset);
    await admission.keepRefusedRequest({
      tenant: TENANT_DEFAULT,
      kind: null,
      source: `loader:${topic}/${partition}/${offset}`,
      receivedAtMs: record.appendedAtMs,
      rejection: { code: 'OUT_OF_RANGE', pointer: '', expected: 'a record that the warehouse can store', got: reason },
      payload: Buffer.from(record.value),
    });
  };
}

async function readRecord(log: Log, topic: string, partition: number, offset: bigint): Promise<StoredRecord> {
  const options = { signal: new AbortController().signal, follow: false, bytesMax: 1 };
  for await (const [record] of log.read(topic, partition, offset, options))
    if (record?.offset === offset) return record;
  throw new LakegateError({
    code: 'LOG_CORRUPT',
    message: `the record ${topic}/${partition}/${offset} is not there any more`,
  });
}
