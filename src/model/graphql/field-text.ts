import type { FieldModel, KindModel } from '../event-model.ts';

/** What a field of an event is described as: in the words of its declaration, or by what the declaration makes of it. */
export function fieldText({ idFields, keyField, timeField }: Declared, { name, description }: Named): string {
  if (description !== null) return description;
  if (idFields.includes(name)) return idFields.length === 1 ? THE_ID : `With ${others(idFields, name)}: ${THE_ID}`;
  if (name === timeField) return 'When it happened.';
  return name === keyField ? 'Events of one value keep their order.' : 'As it was sent.';
}

type Declared = Pick<KindModel, 'idFields' | 'keyField' | 'timeField'>;
type Named = Pick<FieldModel, 'name' | 'description'>;

const THE_ID = 'Which event it is. Sent again with the same content, it is counted once.';

function others(names: readonly string[], name: string): string {
  return names
    .filter((other) => other !== name)
    .map((other) => `\`${other}\``)
    .join(' and ');
}
