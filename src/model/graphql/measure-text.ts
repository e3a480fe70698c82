import type { FieldModel, MeasureModel } from '../event-model.ts';

/** What a measure is described as: how it is computed, and when it is null or estimated. */
export function measureText({ op, field, description, currencyField }: MeasureModel): string {
  const computed = field === null ? 'How many events.' : computedText(op, field);
  // Of a metric the description is its definition, and says all there is to say.
  if (op === 'metric') return description ?? computed;
  const money = currencyField === null ? '' : ' In one currency, or refused: see `convertTo`.';
  return `${computed}${description === null ? '' : ` ${description}`}${money}`;
}

function computedText(op: MeasureModel['op'], { name, typeName }: FieldModel): string {
  const values = `of \`${name}\``;
  switch (op) {
    case 'distinct':
      return `How many different values ${values} there are.`;
    case 'sum':
      return `The sum ${values}${typeName === 'Float' ? '' : ', exact'}. 0 without any.`;
    case 'avg':
      return `The average ${values}. ${NULL}`;
    case 'min':
      return `The least value ${values}. ${NULL}`;
    case 'max':
      return `The greatest value ${values}. ${NULL}`;
    default:
      return `${op.slice(1)} of 100 values ${values} are at most this. ${NULL}`;
  }
}

const NULL = 'Null without any.';
