import type { EventModel, FieldModel, KindModel } from '../../model/event-model.ts';
import { IdMaker, IndexMaker } from './id-maker.ts';
import { NumberMaker } from './number-maker.ts';
import type { FieldMaker } from './pick.ts';
import { TimeMaker } from './time-maker.ts';
import { COUNTRIES, CURRENCIES, vocabularyOf } from './vocabulary.ts';
import { WordMaker } from './word-maker.ts';

/** What fills this field: by its part in the id, else by its type. */
export function fieldMaker(
  field: FieldModel,
  kind: KindModel,
  enums: EventModel['enums'],
  { idPrefix, lifelike }: { readonly idPrefix: string; readonly lifelike: boolean },
): FieldMaker {
  if (field.name === kind.timeField) return new TimeMaker(field);
  if (field.name === uniqueField(kind)) return isNumeric(field) ? new IndexMaker(field) : new IdMaker(field, idPrefix);
  if (kind.idFields.includes(field.name) && isNumeric(field))
    return new WordMaker(field, firstNumbers(field), { quoted: false });
  switch (field.type) {
    case 'Decimal':
    case 'Float':
    case 'Int':
    case 'SafeInt':
      return new NumberMaker(field);
    case 'DateTime':
    case 'Date':
      return new TimeMaker(field);
    case 'Boolean':
      return new WordMaker(field, ['true', 'false'], { quoted: false });
    case 'Enum':
      return new WordMaker(field, enums.get(field.typeName)?.values.map((value) => value.name) ?? [], { quoted: true });
    case 'CountryCode':
      return new WordMaker(field, COUNTRIES, { quoted: true });
    case 'CurrencyCode':
      return new WordMaker(field, CURRENCIES, { quoted: true });
    case 'ID':
    case 'String':
      return new WordMaker(field, wordsOf(field, kind, idPrefix), {
        quoted: true,
        // Nobody pays a hundred times as often as others do; players and visitors differ by as much.
        even: lifelike && field.name === kind.keyField && isPaid(kind),
      });
  }
}

/**
 * The field that makes ids different: the only one; of several the time, else one that is an id and nothing besides (a sensor has many readings,
 * a rating has versions), else the last.
 */
export function uniqueField(kind: KindModel): string {
  if (kind.idFields.includes(kind.timeField)) return kind.timeField;
  const only = kind.fields.find(
    ({ name, type, dimension }) =>
      kind.idFields.includes(name) && type === 'ID' && name !== kind.keyField && dimension === null,
  );
  return only?.name ?? kind.idFields.at(-1) ?? kind.keyField;
}

export function isNumeric(
  field: FieldModel,
): field is FieldModel & { readonly type: 'Int' | 'SafeInt' | 'Float' | 'Decimal' } {
  return field.type === 'Int' || field.type === 'SafeInt' || field.type === 'Float' || field.type === 'Decimal';
}

/**
 * Where it is the time that makes ids different, another seed could meet the same moment: so the things that ids begin with (sensors) are its
 * own, as far as a pattern or a maximum length allows.
 */
function wordsOf(field: FieldModel, kind: KindModel, idPrefix: string): readonly string[] {
  const words = vocabularyOf(field, kind);
  const { pattern, maxLength } = field.constraint;
  const isFree = pattern === null && maxLength === null;
  const isOwn = isFree && kind.idFields.includes(field.name) && uniqueField(kind) === kind.timeField;
  return isOwn ? words.map((word) => `${word}-${idPrefix}`) : words;
}

/** Money is in it. */
export function isPaid({ fields }: KindModel): boolean {
  return fields.some(({ money }) => money !== null);
}

/** A version or a part number beside an id: mostly the first, seldom the third. */
function firstNumbers(field: FieldModel): readonly string[] {
  const first = Math.ceil(Number(field.constraint.min ?? 1));
  return [first, first + 1, first + 2].map(String);
}
