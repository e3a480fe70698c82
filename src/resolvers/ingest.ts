import type { Admission } from '../ingest/admission.ts';
import type { Admitted, EventVerdict } from '../ingest/admit-events.ts';
import type { KindModel } from '../model/event-model.ts';
import { encodeVersion, type Version } from '../model/version.ts';
import type { Clock } from '../platform/clock.ts';

export interface IngestServices {
  readonly admission: Admission;
  readonly clock: Clock;
  /** True once it can be queried; false at the deadline: what was admitted is durable either way. */
  readonly waitUntilVisible: (version: Version) => Promise<boolean>;
}

interface IngestArguments {
  readonly events: readonly Readonly<Record<string, unknown>>[];
  readonly wait: boolean;
}

/** The mutation of one kind: `ingestTransactions(events, wait)`. */
export function ingestResolver(kind: KindModel, { admission, clock, waitUntilVisible }: IngestServices) {
  return async (_parent: unknown, { events, wait }: IngestArguments, { tenant }: { readonly tenant: string }) => {
    const admitted = await admission.admitInputs(kind, { tenant, receivedAtMs: clock.nowMs(), inputs: events });
    // What is pending may be admitted yet: nobody can wait for what has no place.
    const visible = wait && admitted.pending === 0 && (await waitUntilVisible(admitted.version));
    return ingestPayload(admitted, visible);
  };
}

function ingestPayload({ version, verdicts, ...counts }: Admitted, visible: boolean) {
  return {
    ...counts,
    version: encodeVersion(version),
    visible,
    verdicts: ({ only }: { readonly only?: readonly EventVerdict['verdict'][] | null }) =>
      only === undefined || only === null ? verdicts : verdicts.filter(({ verdict }) => only.includes(verdict)),
  };
}
