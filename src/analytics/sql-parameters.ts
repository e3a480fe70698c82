/**
 * Collects the values of a statement: every one is a typed placeholder that the server binds; none becomes text of the statement. The same
 * list is bound once, wherever it stands: the starts of many windows are long.
 */
export class SqlParameters {
  readonly #values: Record<string, unknown> = {};
  readonly #lists = new Map<object, string>();
  #count = 0;

  readonly bind = (value: unknown, type: string): string => {
    const isList = typeof value === 'object' && value !== null;
    const name = (isList ? this.#lists.get(value) : undefined) ?? `p${this.#count++}`;
    if (isList) this.#lists.set(value, name);
    this.#values[name] = value;
    return `{${name}:${type}}`;
  };

  get values(): Readonly<Record<string, unknown>> {
    return this.#values;
  }
}
