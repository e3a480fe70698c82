/**
 * The nine directives and their arguments, as schema/directives.graphql states them for readers and editors (a test compares the two).
 */
export const DECLARATION_LANGUAGE = {
  event: {
    on: 'type',
    repeatable: false,
    arguments: {
      key: { form: 'text', required: true },
      id: { form: 'texts', required: false },
      time: { form: 'text', required: false },
      plural: { form: 'text', required: false },
      from: { form: 'text', required: false },
      keepRaw: { form: 'text', required: false },
    },
  },
  rollup: {
    on: 'type',
    repeatable: true,
    arguments: {
      by: { form: 'texts', required: true },
      every: { form: 'texts', required: false },
    },
  },
  metric: {
    on: 'type',
    repeatable: true,
    arguments: {
      name: { form: 'text', required: true },
      of: { form: 'text', required: false },
      where: { form: 'json', required: true },
    },
  },
  dimension: { on: 'field', repeatable: false, arguments: { high: { form: 'flag', required: false } } },
  measure: { on: 'field', repeatable: false, arguments: { quantiles: { form: 'flag', required: false } } },
  distinct: { on: 'field', repeatable: false, arguments: {} },
  money: { on: 'field', repeatable: false, arguments: { currency: { form: 'text', required: true } } },
  constraint: {
    on: 'field',
    repeatable: false,
    arguments: {
      min: { form: 'text', required: false },
      max: { form: 'text', required: false },
      maxLength: { form: 'count', required: false },
      pattern: { form: 'text', required: false },
      scale: { form: 'count', required: false },
    },
  },
  searchable: { on: 'field', repeatable: false, arguments: {} },
} as const satisfies Record<string, DirectiveRule>;

export type DirectiveName = keyof typeof DECLARATION_LANGUAGE;
export type Place = 'type' | 'field';
export type ArgumentForm = 'text' | 'texts' | 'flag' | 'count' | 'json';

export interface DirectiveRule {
  readonly on: Place;
  readonly repeatable: boolean;
  readonly arguments: Readonly<Record<string, { readonly form: ArgumentForm; readonly required: boolean }>>;
}

/** What an argument must be, in the words of a message. */
export const FORM_WORDS: Readonly<Record<ArgumentForm, string>> = {
  text: 'a text in quotes',
  texts: 'a list of texts in quotes',
  flag: 'true or false',
  count: 'a whole number',
  json: 'an object in braces',
};
