import { badRequest } from '../metrics/metrics-question.ts';

/** Each word is looked up in an index of its own. */
const WORDS_MAX = 10;

/** The different words of a text that is looked for, in small letters; cut where the index cuts: at what is neither letter nor digit. */
export function searchWords(query: string): readonly string[] {
  const words = [...new Set([...query.matchAll(WORD)].map(([word]) => word.toLowerCase()))];
  if (words.length === 0) throw badRequest(`query: expected a word at least, got ${JSON.stringify(query)}`);
  if (words.length > WORDS_MAX) throw badRequest(`query: expected at most ${WORDS_MAX} words, got ${words.length}`);
  return words;
}

export interface HighlightPart {
  readonly text: string;
  readonly hit: boolean;
}

/** The passage around the first hit, cut into parts; null where none of the words is in the text. */
export function highlight(text: string, words: ReadonlySet<string>): readonly HighlightPart[] | null {
  const hits = [...text.matchAll(WORD)].filter(([word]) => words.has(word.toLowerCase()));
  const first = hits[0];
  if (first === undefined) return null;
  const from = text.length <= PASSAGE_LENGTH ? 0 : startOfPassage(text, first.index);
  const passage = text.slice(from, wordEnd(text, from + PASSAGE_LENGTH));
  const parts: HighlightPart[] = [];
  let at = 0;
  for (const [word, start] of hits.map((found) => [found[0], found.index - from] as const)) {
    if (start + word.length > passage.length) break;
    if (start > at) parts.push({ text: passage.slice(at, start), hit: false });
    parts.push({ text: passage.slice(start, start + word.length), hit: true });
    at = start + word.length;
  }
  if (at < passage.length) parts.push({ text: passage.slice(at), hit: false });
  return parts;
}

/** Three lines of a page. */
const PASSAGE_LENGTH = 240;
/** What stands before the first hit, so that it can be understood. */
const PASSAGE_BEFORE = 60;

/** As the index has it: everything beyond ASCII belongs to words. */
const WORD = /[0-9A-Za-z\u0080-\u{10FFFF}]+/gu;
const SPACE = /\s/;

/** Behind a space where there is one near, so that no word is cut. */
function startOfPassage(text: string, hitAt: number): number {
  const wanted = Math.max(0, hitAt - PASSAGE_BEFORE);
  for (let at = wanted; at < hitAt; at++) if (at === 0 || SPACE.test(text[at - 1] ?? '')) return at;
  return hitAt;
}

/** Whole code points, whatever is cut. */
function wordEnd(text: string, end: number): number {
  const code = text.charCodeAt(end - 1);
  return end < text.length && code >= 0xd800 && code <= 0xdbff ? end + 1 : end;
}
