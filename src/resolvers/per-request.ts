import type { AskContext } from './ask-context.ts';

/** Something that every request has one of, made when it is first asked for, of what it is asked for with then, and gone with the request. */
export function perRequest<Value, Of extends readonly unknown[] = []>(
  make: (context: AskContext, ...of: Of) => Value,
): (context: AskContext, ...of: Of) => Value {
  const made = new WeakMap<AskContext, { readonly value: Value }>();
  return (context, ...of) => {
    const known = made.get(context) ?? { value: make(context, ...of) };
    made.set(context, known);
    return known.value;
  };
}
