import type { RejectionCode } from '../../platform/errors.ts';

/** Why an event was refused, in words for the person who sent it. */
export interface Rejection {
  readonly code: RejectionCode;
  /** JSON pointer inside the event: "/amount"; empty for the event as a whole. */
  readonly pointer: string;
  /** "at least 0.01" */
  readonly expected: string;
  /** What came, cut to GOT_LENGTH_MAX; null where nothing did. */
  readonly got: string | null;
}

/** Enough to recognise a value by, short enough for a list of verdicts. The whole of it is in the payload that is kept. */
const GOT_LENGTH_MAX = 100;

/** A field's pointer: "~" and "/" in a name are escaped as RFC 6901 says. */
export function pointerTo(name: string): string {
  return `/${wellFormed(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** A value as people read it: texts without quotes, numbers as they were written. */
export function describeValue(value: unknown): string {
  if (typeof value === 'string') return describeText(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'object' && value !== null) return 'an object';
  return describeText(String(value));
}

/** Control characters spelled out, so that a message can stand in a line of a log or a terminal. */
export function describeText(text: string): string {
  const shown = text.length > GOT_LENGTH_MAX ? `${text.slice(0, GOT_LENGTH_MAX - 1)}…` : text;
  return wellFormed(shown).replace(CONTROL, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

const CONTROL = /\p{Cc}/gu;

/** Half a surrogate pair is no character: nothing stores it, so it is shown as U+FFFD. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
