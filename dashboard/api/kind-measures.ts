import type { Kind, Measure } from './kinds.ts';

const SHOWN = 4;

/**
 * What is shown of a kind that nobody drew a panel for: how many, how many different ones, then what is counted and measured. Money needs a
 * currency first, and is not here. Whoever asks for these asks the same question, which the server answers once for all.
 */
export function kindMeasures({ measures }: Kind): readonly Measure[] {
  const plain = measures.filter(({ money, name }) => !money && !/(Sum|Min|Max|P90|P99)$/.test(name));
  return [...plain].sort((a, b) => rank(a) - rank(b)).slice(0, SHOWN);
}

/** Two different things are enough where there is something else to show. */
function rank({ name }: Measure): number {
  if (name === 'count') return 0;
  return name.endsWith('Distinct') ? 1 : 2;
}
