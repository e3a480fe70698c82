import type { KindModel } from '../model/event-model.ts';

/** What follows from a declaration alone is made once: a small question takes less time than making it again and again. */
export function perKind<Value>(make: (kind: KindModel) => Value): (kind: KindModel) => Value {
  const made = new WeakMap<KindModel, { readonly value: Value }>();
  return (kind) => {
    const known = made.get(kind) ?? { value: make(kind) };
    made.set(kind, known);
    return known.value;
  };
}
