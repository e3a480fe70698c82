import type { CacheCounters, KeptAnswers } from './kept-answers.ts';
import type { EntryFacts } from './kept-entries.ts';

/**
 * Whole answers as they go over the wire, by everything that was asked with. Under one name lies one answer and the stamp of what it stands on;
 * whoever finds it asks whether that still holds.
 */
export interface OperationCache<Stamp> {
  /** Null: there is none, or it does not hold any more. */
  find(name: string, stands: (stamp: Stamp) => Promise<boolean>): Promise<WireAnswer | null>;
  keep(name: string, answer: WireAnswer, stamp: Stamp, facts: EntryFacts): Promise<void>;
  counters(): CacheCounters;
  readonly answers: KeptAnswers;
}

export interface WireAnswer {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function createOperationCache<Stamp>(answers: KeptAnswers): OperationCache<Stamp> {
  const counts = { hits: 0, misses: 0 };
  const opened = new Map<string, OpenedText<Stamp>>();
  return {
    async find(name, stands) {
      const found = await answers.get(name);
      const kept = found.state === 'kept' ? open(opened, name, found.text) : null;
      const holds = kept !== null && (await stands(kept.stamp));
      if (holds) counts.hits++;
      else counts.misses++;
      return holds ? kept : null;
    },
    async keep(name, { headers, body }, stamp, facts) {
      await answers.keep(name, `${JSON.stringify({ headers, stamp })}\n${body}`, facts);
    },
    counters: () => ({ ...counts, ...answers.figures() }),
    answers,
  };
}

interface OpenedText<Stamp> {
  readonly text: string;
  readonly kept: WireAnswer & { readonly stamp: Stamp };
}

/** What is asked for again and again is taken apart once. */
function open<Stamp>(opened: Map<string, OpenedText<Stamp>>, name: string, text: string): OpenedText<Stamp>['kept'] {
  const known = opened.get(name);
  if (known?.text === text) return known.kept;
  const kept = readKept<Stamp>(text);
  if (text.length <= OPENED_LENGTH_MAX) {
    if (opened.size >= OPENED_MAX) opened.clear();
    opened.set(name, { text, kept });
  }
  return kept;
}

/** The charts of a few busy dashboards: 13 MB at the most, of which most are in the store all the same. */
const OPENED_MAX = 200;
const OPENED_LENGTH_MAX = 64 * 1024;

/** `{"headers", "stamp"}`, a line break, and the body as it is: JSON has no line break of its own. */
function readKept<Stamp>(text: string): WireAnswer & { readonly stamp: Stamp } {
  const end = text.indexOf('\n');
  const { headers, stamp }: { headers: WireAnswer['headers']; stamp: Stamp } = JSON.parse(text.slice(0, end));
  return { headers, stamp, body: text.slice(end + 1) };
}
