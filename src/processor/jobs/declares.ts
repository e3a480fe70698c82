import type { EventModel, FieldType } from '../../model/event-model.ts';

/** Whether a kind with this plural has these fields, each of one of the types. Somebody's own `Transaction` may be something else. */
export function declares(plural: string, needed: Readonly<Record<string, readonly FieldType[]>>) {
  return ({ kinds }: EventModel): boolean => {
    const kind = kinds.find((each) => each.plural === plural);
    return Object.entries(needed).every(([name, types]) =>
      kind?.fields.some((field) => field.name === name && types.includes(field.type)),
    );
  };
}
