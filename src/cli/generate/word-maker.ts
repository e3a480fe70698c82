import type { FieldModel } from '../../model/event-model.ts';
import { ABSENT, ABSENT_BELOW, type FieldMaker } from './pick.ts';

/**
 * Values from a vocabulary by Zipf's law: the second half as often as the first, the third a third as often, as people buy and click. `even` is
 * for people themselves: all of them about as often, the first a little more.
 */
export class WordMaker implements FieldMaker {
  readonly field: FieldModel;
  readonly #words: readonly string[];
  readonly #fragments: readonly string[];
  readonly #ranks: Uint16Array;

  constructor(
    field: FieldModel,
    words: readonly string[],
    options: { readonly quoted: boolean; readonly even?: boolean },
  ) {
    this.field = field;
    this.#words = words;
    this.#fragments = words.map((word) => `,"${field.name}":${options.quoted ? JSON.stringify(word) : word}`);
    this.#ranks = zipfRanks(words.length, options.even === true ? 0.2 : 0.9);
  }

  pick(random: number): number {
    if (this.field.nullable && random >>> 16 < ABSENT_BELOW) return ABSENT;
    return this.#ranks[random & 0xffff] ?? 0;
  }

  fragment(pick: number): string {
    return pick === ABSENT ? '' : (this.#fragments[pick] ?? '');
  }

  text(pick: number): string | null {
    return pick === ABSENT ? null : (this.#words[pick] ?? null);
  }
}

/** 65,536 ranks, each as often as Zipf's law says, so that a draw is one look into a table. */
function zipfRanks(count: number, exponent: number): Uint16Array {
  const weights = Array.from({ length: count }, (_, rank) => 1 / (rank + 1) ** exponent);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const ranks = new Uint16Array(65_536);
  let rank = 0;
  let reached = (weights[0] ?? 0) / total;
  for (let at = 0; at < ranks.length; at++) {
    while ((at + 0.5) / ranks.length > reached && rank < count - 1) {
      rank++;
      reached += (weights[rank] ?? 0) / total;
    }
    ranks[at] = rank;
  }
  return ranks;
}
