import type { ASTNode } from 'graphql';
import type { Mistakes } from './mistakes.ts';

/** Names that may be taken once. Who comes second is told who has it. */
export class Claims {
  readonly #owners: Map<string, string>;
  readonly #mistakes: Mistakes;

  /** `owners` are names that are taken from the start, with whose they are. */
  constructor(mistakes: Mistakes, owners: ReadonlyMap<string, string> = new Map()) {
    this.#mistakes = mistakes;
    this.#owners = new Map(owners);
  }

  /** `what` says whose name it is: "the field userId". */
  claim(at: ASTNode, name: string, what: string): void {
    const owner = this.#owners.get(name);
    if (owner === undefined) this.#owners.set(name, what);
    else this.#mistakes.add(at, { expected: `a name of its own (${name} is ${owner})`, got: what });
  }
}
