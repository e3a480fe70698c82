import type { Log, LogRecord } from '../log/log.ts';
import type { KindModel } from '../model/event-model.ts';
import { logKey, recordHead } from '../model/record-format.ts';
import type { Admission } from './admission.ts';
import type { Admitted } from './admit-events.ts';

/** The stream of ids that were seen again. One partition: it is small, and read one id at a time. */
export const DUPLICATES_TOPIC = 'duplicates';

/**
 * Admission that also writes down which ids were seen again, so that `trace` can tell every time an id was seen. One record a call,
 * however many duplicates it holds, and none where there is none: whoever sends a file again pays a hundredth of what the file cost.
 * It is durable before the sender has the verdicts, as everything that is answered is.
 */
export function keepDuplicates(admission: Admission, log: Log): Admission {
  const keep = async (
    kind: KindModel,
    sighting: Omit<SeenAgain, 'kind' | 'ids'>,
    admitted: Admitted,
  ): Promise<Admitted> => {
    if (admitted.duplicates > 0) {
      const ids = admitted.verdicts.flatMap(({ id, verdict }) => (verdict === 'DUPLICATE' && id !== null ? [id] : []));
      await log.append(DUPLICATES_TOPIC, [seenAgainRecord({ ...sighting, kind: kind.kind, ids })]);
    }
    return admitted;
  };
  return {
    ...admission,
    admitEvents: async (kind, call) => keep(kind, call, await admission.admitEvents(kind, call)),
    admitInputs: async (kind, call) =>
      keep(kind, { ...call, source: 'graphql' }, await admission.admitInputs(kind, call)),
  };
}

interface SeenAgain {
  readonly tenant: string;
  readonly kind: string;
  readonly source: string;
  readonly receivedAtMs: number;
  readonly ids: readonly string[];
}

/** One record of `duplicates`. */
export function seenAgainRecord({ tenant, kind, source, receivedAtMs, ids }: SeenAgain): LogRecord {
  const timeUs = BigInt(receivedAtMs) * 1000n;
  const head = recordHead({ tenant, timeUs, receivedAtMs, watermarkMs: null, sequence: null, compositeId: null });
  const members = JSON.stringify({ kind, source, ids });
  return { key: logKey(tenant, kind), timeMs: receivedAtMs, value: Buffer.from(head + members.slice(1)) };
}
