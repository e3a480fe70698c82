import xxhash from 'xxhash-wasm';
import type { EventModel, KindModel } from '../model/event-model.ts';
import { type CanonicalEvent, canonicalEvent } from '../model/validate/canonical-event.ts';
import { compileValidator } from '../model/validate/validator.ts';
import { type EventReader, eventReader } from './read-event.ts';

/** What judging events of one kind needs, wherever it is done, that outlives a call. */
export interface EventDesk {
  readonly kind: KindModel;
  readonly read: EventReader;
  readonly canonical: CanonicalEvent;
  /** 64 bits of a text. */
  readonly fingerprint: (content: string) => bigint;
  readonly acceptPastMs: number;
  readonly acceptFutureMs: number;
}

export interface EventDeskOptions {
  readonly model: EventModel;
  readonly acceptPastMs: number;
  readonly acceptFutureMs: number;
}

/** One for each kind of the model, in its order. */
export async function openEventDesks({
  model,
  acceptPastMs,
  acceptFutureMs,
}: EventDeskOptions): Promise<readonly EventDesk[]> {
  const { h64 } = await xxhash();
  return model.kinds.map((kind) => ({
    kind,
    acceptPastMs,
    acceptFutureMs,
    fingerprint: h64,
    read: eventReader(kind, compileValidator(kind, model.enums)),
    canonical: canonicalEvent(kind),
  }));
}

/** Looks up by the name of the kind: models are compiled more than once in a process. */
export function byKind<Desk extends { readonly kind: KindModel }>(desks: readonly Desk[]): (kind: KindModel) => Desk {
  const desksByKind = new Map(desks.map((desk) => [desk.kind.kind, desk]));
  return ({ kind }) => {
    const desk = desksByKind.get(kind);
    if (desk === undefined) throw new Error(`expected a kind of this model, got ${kind}`);
    return desk;
  };
}
