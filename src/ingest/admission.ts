import type { ClaimingLog } from '../log/log.ts';
import type { KindModel } from '../model/event-model.ts';
import { REJECTED_TOPIC } from '../model/record-format.ts';
import type { KindWatermark } from '../model/watermark.ts';
import type { Clock } from '../platform/clock.ts';
import { type AdmitCall, type Admitted, admitEvents } from './admit-events.ts';
import { byKind, type EventDeskOptions, openEventDesks } from './event-desk.ts';
import { type Refused, rejectedRecord } from './rejected-record.ts';

/** Admission of every declared kind: what the doors call. */
export interface Admission {
  /** See `admitEvents`. The topics of the kinds and `rejected` must be there. */
  admitEvents(kind: KindModel, call: AdmitCall): Promise<Admitted>;
  /**
   * For inputs that GraphQL has coerced already (`<Kind>Input`, decimals and times as text). They take the same way as bytes do, so
   * both doors judge alike. Pointers begin at the argument: "/events/3/amount".
   */
  admitInputs(kind: KindModel, call: InputsCall): Promise<Admitted>;
  /** Keeps a request that was refused before there were events to judge, such as one that GraphQL could not coerce. */
  keepRefusedRequest(refused: RefusedRequest): Promise<void>;
}

interface InputsCall {
  readonly tenant: string;
  readonly receivedAtMs: number;
  readonly inputs: readonly Readonly<Record<string, unknown>>[];
}

export type RefusedRequest = Omit<Refused, 'eventId'>;

interface AdmissionOptions extends EventDeskOptions {
  readonly log: ClaimingLog;
  readonly clock: Clock;
  /** The one watermark of the kind, shared with whoever publishes it. */
  readonly watermarkOf: (kind: KindModel) => KindWatermark;
}

export async function openAdmission(options: AdmissionOptions): Promise<Admission> {
  const { log, clock, watermarkOf } = options;
  const desks = await openEventDesks(options);
  const deskFor = byKind(desks.map((desk) => ({ ...desk, log, clock, watermark: watermarkOf(desk.kind) })));
  const admit = (kind: KindModel, call: AdmitCall) => admitEvents(deskFor(kind), call);
  return {
    admitEvents: admit,
    admitInputs: (kind, call) => admitInputs(call, (events) => admit(kind, events)),
    keepRefusedRequest: async (refused) => {
      await log.append(REJECTED_TOPIC, [rejectedRecord({ ...refused, eventId: null })]);
    },
  };
}

/** Inputs take the way of events, as the bytes that they would have come in. */
export async function admitInputs(
  { tenant, receivedAtMs, inputs }: InputsCall,
  admit: (call: AdmitCall) => Promise<Admitted>,
): Promise<Admitted> {
  const events = inputs.map((input) => ({ bytes: Buffer.from(JSON.stringify(input)) }));
  const admitted = await admit({ tenant, receivedAtMs, source: 'graphql', events });
  const verdicts = admitted.verdicts.map((verdict) => {
    if (verdict.rejection === null) return verdict;
    const pointer = `/events/${verdict.index}${verdict.rejection.pointer}`;
    return { ...verdict, rejection: { ...verdict.rejection, pointer } };
  });
  return { ...admitted, verdicts };
}
