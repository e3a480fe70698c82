import { createHash } from 'node:crypto';
import { covers, type Version } from '../model/version.ts';
import { LakegateError } from '../platform/errors.ts';
import type { MetricsQuestion } from './metrics/metrics-question.ts';
import { questionText } from './metrics/metrics-question.ts';
import type { TimeRangeInput } from './time/resolve-range.ts';
import { lengthUs } from './time/step.ts';

/**
 * Where the answer lies that a question got last, as the question was said: `last: 1h` is the same question a minute later. For callers whom an
 * older answer will do; it is given out as the answer of its own version.
 */
export class RecentAnswers {
  readonly #places = new Map<string, RecentPlace>();

  /** `name` got this answer, which was right at that time. */
  note(name: string, place: RecentPlace): void {
    this.#places.delete(name);
    this.#places.set(name, place);
    if (this.#places.size <= PLACES_MAX) return;
    for (const oldest of this.#places.keys()) {
      this.#places.delete(oldest);
      return;
    }
  }

  find(name: string, wanted: WantedAge, nowMs: number): RecentPlace | null {
    const place = this.#places.get(name);
    if (place === undefined || nowMs - place.rightAtMs > wanted.maxAgeMs) return null;
    return wanted.atLeast === null || covers(place.version, wanted.atLeast) ? place : null;
  }
}

export interface RecentPlace {
  /** In the cache; it may be gone from there. */
  readonly entry: string;
  readonly version: Version;
  /** When the answer was computed, or found to be still right. */
  readonly rightAtMs: number;
}

export interface WantedAge {
  readonly maxAgeMs: number;
  /** Goes before the age: an answer that does not cover it is too old, however new it is. */
  readonly atLeast: Version | null;
}

/** The cache forgets after a day. */
const MAX_AGE_MS_MAX = 86_400_000;

export function readMaxAge(text: string): number {
  const maxAgeMs = lengthUs(text, 'maxAge') / 1000;
  if (maxAgeMs <= MAX_AGE_MS_MAX) return maxAgeMs;
  throw new LakegateError({ code: 'BAD_REQUEST', message: `maxAge: expected at most 1d, got ${text}` });
}

/** The question as it was said: everything but what its range means at this moment. */
export function saidQuestion(question: MetricsQuestion, said: TimeRangeInput): string {
  const { tenant, range } = question;
  const timeless = { ...range, fromUs: 0, toUs: 0, nowUs: 0, windows: { kind: 'one' } } as const;
  return createHash('sha256')
    .update(JSON.stringify([tenant, said, questionText({ ...question, range: timeless })]))
    .digest('base64url');
}

/** As many as the cache has answers; some 300 bytes each. */
const PLACES_MAX = 10_000;
