import type { WhereTree } from '../../model/event-model.ts';
import { mapGivenEntries } from '../../model/where/normalise-where.ts';

/** A filter on results, checked as one on events is. Its numbers are read where they are compared. */
export function checkHaving(having: WhereTree): void {
  mapGivenEntries(having, 'having', (name, value) => {
    if (name === 'and' || name === 'or') for (const tree of value as readonly WhereTree[]) checkHaving(tree);
    else if (name === 'not') checkHaving(value as WhereTree);
    else mapGivenEntries(value as WhereTree, `having.${name}`, () => null);
    return null;
  });
}
