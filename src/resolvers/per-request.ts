import type { AskContext } from './ask-context.ts';

/** Something that every request has one of, made when it is first asked for and gone with the request. */
export function perRequest<Value>(make: (context: AskContext) => Value): (context: AskContext) => Value {
  const made = new WeakMap<AskContext, { readonly value: Value }>();
  return (context) => {
    const known = made.get(context) ?? { value: make(context) };
    made.set(context, known);
    return known.value;
  };
}
