import type { FieldModel, KindModel } from '../../model/event-model.ts';
import { textMatching } from './text-matching.ts';

/**
 * The values a text field takes, the likeliest first. Names people know where the field's name says what it holds, else the field's
 * name with a number. Few for a dimension that is grouped by (so that rollups stay small), many for keys and `high` dimensions.
 */
export function vocabularyOf(field: FieldModel, kind: KindModel): readonly string[] {
  if (field.constraint.pattern !== null) return textMatching(field.constraint.pattern, { count: sizeOf(field, kind) });
  const known = WORDS.find(({ name }) => name.test(field.name));
  const grow = sizeOf(field, kind);
  const words =
    known === undefined || isNumbered(field) ? numbered(field.name, grow) : extend(known.words, grow, field);
  const longest = field.constraint.maxLength;
  return [...new Set(longest === null ? words : words.map((word) => word.slice(0, longest)))];
}

/** 10,000 keys at Zipf's law are a few thousand seen in a hundred thousand events; a low dimension with 8 values keeps rollups small. */
const MANY = 10_000;
const SOME = 1_000;
const FEW = 8;

function sizeOf(field: FieldModel, kind: KindModel): number {
  if (field.dimension !== null && !field.dimension.high) return FEW;
  return field.name === kind.keyField || field.distinct ? MANY : SOME;
}

function isNumbered(field: FieldModel): boolean {
  return field.type === 'ID' || /Id$/.test(field.name);
}

function numbered(name: string, count: number): string[] {
  const stem = name.replace(/Id$/, '') || name;
  return Array.from({ length: count }, (_, at) => `${stem}-${at}`);
}

/** Words as they are for a dimension with few values; beyond that the words again with a number. */
function extend(words: readonly string[], count: number, field: FieldModel): string[] {
  if (field.dimension !== null && !field.dimension.high) return words.slice(0, count);
  const joint = words[0]?.startsWith('/') || words[0]?.includes('://') ? '/' : ' ';
  const rounds = Math.ceil(count / words.length);
  return Array.from({ length: rounds }, (_, round) =>
    words.map((word) => (round === 0 ? word : numberedWord(word, joint, round))),
  )
    .flat()
    .slice(0, count);
}

/** The root of a site has pages, and no number of its own. */
function numberedWord(word: string, joint: string, round: number): string {
  return `${word === '/' ? '/pages' : word}${joint}${round}`;
}

const WORDS: readonly { readonly name: RegExp; readonly words: readonly string[] }[] = [
  {
    name: /merchant|shop|store|brand|vendor/i,
    words: [
      'Northwind',
      'Blue Bottle',
      'Acme',
      'Café Zoë',
      'Globex',
      'Initech',
      'Umbrella',
      'Hooli',
      'Soylent',
      'Stark & Sons',
    ],
  },
  {
    name: /categor|segment|topic/i,
    words: ['groceries', 'travel', 'books', 'fuel', 'games', 'health', 'rent', 'music'],
  },
  {
    name: /referrer|referer|url/i,
    words: ['https://example.com', 'https://search.example', 'https://news.example/today'],
  },
  {
    name: /path|page|route/i,
    words: ['/', '/products', '/cart', '/checkout', '/help', '/account', '/search', '/about'],
  },
  { name: /device|platform/i, words: ['mobile', 'desktop', 'tablet', 'tv'] },
  { name: /browser|agent/i, words: ['Chrome', 'Safari', 'Firefox', 'Edge'] },
  { name: /service|application|module/i, words: ['gateway', 'checkout', 'search', 'billing', 'accounts', 'mailer'] },
  { name: /level|severity/i, words: ['INFO', 'WARN', 'ERROR', 'DEBUG'] },
  {
    name: /message|text|comment|note/i,
    words: [
      'request finished',
      'cache miss, asking the warehouse',
      'connection reset by peer',
      'payment "captured" after retry',
      'slow query: 1,204 ms',
      'user signed in',
      'Grüße aus Köln – bestätigt',
      'timeout while waiting for a lock',
    ],
  },
  {
    name: /product|item|title/i,
    words: [
      'Espresso beans',
      'Trail shoes',
      'Desk lamp',
      'Wool blanket',
      'Fountain pen',
      'Rain jacket',
      'Chess set',
      'Kettle',
    ],
  },
  { name: /method|payment/i, words: ['card', 'transfer', 'wallet', 'invoice'] },
  {
    name: /city|place|location/i,
    words: ['Berlin', 'Lisbon', 'Nairobi', 'Osaka', 'Lima', 'Toronto', 'Pune', 'Tromsø'],
  },
  { name: /unit/i, words: ['celsius', 'percent', 'hpa'] },
  { name: /type|action/i, words: ['view', 'click', 'search', 'purchase'] },
];

/** Weighted by how often they are drawn: the first is the likeliest. */
export const COUNTRIES: readonly string[] = ['US', 'DE', 'GB', 'FR', 'IN', 'JP', 'BR', 'KE'];
export const CURRENCIES: readonly string[] = ['USD', 'EUR', 'GBP', 'JPY'];
