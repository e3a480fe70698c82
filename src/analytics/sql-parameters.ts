/** Collects the values of a statement: every one is a typed placeholder that the server binds; none becomes text of the statement. */
export class SqlParameters {
  readonly #values: Record<string, unknown> = {};
  #count = 0;

  readonly bind = (value: unknown, type: string): string => {
    const name = `p${this.#count++}`;
    this.#values[name] = value;
    return `{${name}:${type}}`;
  };

  get values(): Readonly<Record<string, unknown>> {
    return this.#values;
  }
}
