const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * A length of time as people write it in settings: `500ms`, `30s`, `5m`, `6h`, `7d`, `2w`. Null if it is not one. A day is always 24
 * hours here; the calendar steps of questions, where it may have 23, are another matter and not decided here.
 */
export function parseDurationMs(text: string): number | null {
  const found = /^(\d{1,12})(ms|s|m|h|d|w)$/.exec(text);
  if (found === null) return null;
  const ms = Number(found[1]) * (UNIT_MS[found[2] ?? ''] ?? Number.NaN);
  return Number.isSafeInteger(ms) ? ms : null;
}
