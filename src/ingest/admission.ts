import xxhash from 'xxhash-wasm';
import type { ClaimingLog } from '../log/log.ts';
import type { EventModel, KindModel } from '../model/event-model.ts';
import { REJECTED_TOPIC } from '../model/record-format.ts';
import { canonicalEvent } from '../model/validate/canonical-event.ts';
import { compileValidator } from '../model/validate/validator.ts';
import type { KindWatermark } from '../model/watermark.ts';
import type { Clock } from '../platform/clock.ts';
import { type AdmissionDesk, type AdmitCall, type Admitted, admitEvents } from './admit-events.ts';
import { eventReader } from './read-event.ts';
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

export interface InputsCall {
  readonly tenant: string;
  readonly receivedAtMs: number;
  readonly inputs: readonly Readonly<Record<string, unknown>>[];
}

export type RefusedRequest = Omit<Refused, 'eventId'>;

export interface AdmissionOptions {
  readonly model: EventModel;
  readonly log: ClaimingLog;
  readonly clock: Clock;
  /** The one watermark of the kind, shared with whoever publishes it. */
  readonly watermarkOf: (kind: KindModel) => KindWatermark;
  readonly acceptPastMs: number;
  readonly acceptFutureMs: number;
}

export async function openAdmission(options: AdmissionOptions): Promise<Admission> {
  const { h64 } = await xxhash();
  const desks = new Map(options.model.kinds.map((kind) => [kind.kind, deskOf(kind, options, h64)]));
  const deskFor = (kind: KindModel): AdmissionDesk => {
    const desk = desks.get(kind.kind);
    if (desk === undefined) throw new Error(`expected a kind of this model, got ${kind.kind}`);
    return desk;
  };
  return {
    admitEvents: (kind, call) => admitEvents(deskFor(kind), call),
    admitInputs: (kind, call) => admitInputs(deskFor(kind), call),
    keepRefusedRequest: async (refused) => {
      await options.log.append(REJECTED_TOPIC, [rejectedRecord({ ...refused, eventId: null })]);
    },
  };
}

function deskOf(kind: KindModel, options: AdmissionOptions, fingerprint: (content: string) => bigint): AdmissionDesk {
  const { log, clock, acceptPastMs, acceptFutureMs } = options;
  return {
    kind,
    log,
    clock,
    acceptPastMs,
    acceptFutureMs,
    fingerprint,
    read: eventReader(kind, compileValidator(kind, options.model.enums)),
    canonical: canonicalEvent(kind),
    watermark: options.watermarkOf(kind),
  };
}

async function admitInputs(desk: AdmissionDesk, call: InputsCall): Promise<Admitted> {
  const { tenant, receivedAtMs } = call;
  const events = call.inputs.map((input) => ({ bytes: Buffer.from(JSON.stringify(input)) }));
  const admitted = await admitEvents(desk, { tenant, receivedAtMs, source: 'graphql', events });
  const verdicts = admitted.verdicts.map((verdict) => {
    if (verdict.rejection === null) return verdict;
    const pointer = `/events/${verdict.index}${verdict.rejection.pointer}`;
    return { ...verdict, rejection: { ...verdict.rejection, pointer } };
  });
  return { ...admitted, verdicts };
}
