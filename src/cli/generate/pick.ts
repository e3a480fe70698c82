import type { FieldModel } from '../../model/event-model.ts';

/**
 * How one field is filled. A value is held as a *pick*, one number: the place in a vocabulary, the units of a number, microseconds, the
 * index that an id is made of. So an event is a few numbers, and its text, its sums and its twin with one value changed are all made from them.
 */
export interface FieldMaker {
  readonly field: FieldModel;
  /** 32 random bits to a pick: a word is chosen by the lower half, the size of a number by the uppermost eleven. `index` is the event's number, `timeUs` when it happened. */
  pick(random: number, index: number, timeUs: number): number;
  /** `,"name":value`; nothing for ABSENT. */
  fragment(pick: number): string;
  /** The value as a filter compares it: text, or a decimal number's text. Null for ABSENT. */
  text(pick: number): string | null;
}

/** The pick of a value that is not there. */
export const ABSENT = Number.MIN_SAFE_INTEGER;

/** Of the nullable fields, one value in ten is absent (6554 of 65536). */
export const ABSENT_BELOW = 6_554;
