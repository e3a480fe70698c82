import type { ASTNode } from 'graphql';
import type { Mistakes } from './mistakes.ts';

/** Names that may be taken once. Who comes second is told who has it. */
export class Claims {
  readonly #owners: Map<string, string>;

  /** `taken` are names that `owner` has from the start. */
  constructor(taken: readonly string[] = [], owner = 'the product') {
    this.#owners = new Map(taken.map((name) => [name, owner]));
  }

  /** False, and reported, where somebody has the name. `owner` is who wants it: "the field userId". */
  claim(name: string, owner: string, at: ASTNode, mistakes: Mistakes): boolean {
    const before = this.#owners.get(name);
    if (before !== undefined) {
      mistakes.add(at, { expected: `a free name for ${owner}`, got: `${name}, which ${before} has` });
      return false;
    }
    this.#owners.set(name, owner);
    return true;
  }
}
