import type { FieldModel } from '../../model/event-model.ts';
import type { FieldMaker } from './pick.ts';

/** An id of text: the prefix of the run (eight hexadecimal digits) and the event's number. */
export class IdMaker implements FieldMaker {
  readonly field: FieldModel;
  readonly #prefix: string;
  /** A field whose pattern asks for a form of its own most often asks for a UUID. */
  readonly #isUuid: boolean;

  constructor(field: FieldModel, prefix: string) {
    this.field = field;
    this.#prefix = prefix;
    this.#isUuid = field.constraint.pattern !== null && !new RegExp(field.constraint.pattern, 'u').test(`${prefix}-1`);
    const example = this.text(1);
    if (field.constraint.pattern !== null && !new RegExp(field.constraint.pattern, 'u').test(example)) {
      throw new Error(
        `cannot make ids for ${field.name}: pattern ${field.constraint.pattern} does not accept ${example}`,
      );
    }
  }

  pick(_random: number, index: number): number {
    return index;
  }

  fragment(pick: number): string {
    return `,"${this.field.name}":"${this.text(pick)}"`;
  }

  text(pick: number): string {
    if (this.#isUuid) return `${this.#prefix}-0000-4000-8000-${pick.toString(16).padStart(12, '0')}`;
    return `${this.#prefix}-${pick}`;
  }
}

/** An id, or a part of one, that is a number: the event's own. */
export class IndexMaker implements FieldMaker {
  readonly field: FieldModel;
  readonly #least: number;

  constructor(field: FieldModel) {
    this.field = field;
    this.#least = Math.ceil(Number(field.constraint.min ?? 0));
  }

  pick(_random: number, index: number): number {
    return this.#least + index;
  }

  fragment(pick: number): string {
    return `,"${this.field.name}":${pick}`;
  }

  text(pick: number): string {
    return String(pick);
  }
}
