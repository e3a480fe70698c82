import { useEffect, useState } from 'preact/hooks';

/** A value that changes, and who wants to know. */
export class Shown<Value> {
  readonly #readers = new Set<(value: Value) => void>();
  #value: Value;

  constructor(value: Value) {
    this.#value = value;
  }

  get value(): Value {
    return this.#value;
  }

  set(value: Value): void {
    if (Object.is(value, this.#value)) return;
    this.#value = value;
    for (const reader of this.#readers) reader(value);
  }

  /** The returned function ends it. */
  watch(reader: (value: Value) => void): () => void {
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }
}

export function useShown<Value>(shown: Shown<Value>): Value {
  const [value, setValue] = useState(() => shown.value);
  useEffect(() => {
    // What changed between drawing and now.
    setValue(() => shown.value);
    return shown.watch((next) => setValue(() => next));
  }, [shown]);
  return value;
}
