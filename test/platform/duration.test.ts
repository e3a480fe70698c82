import { expect, test } from 'vitest';
import { parseDurationMs } from '../../src/platform/duration.ts';

test('a duration is read as it is written', () => {
  for (const [text, ms] of [
    ['500ms', 500],
    ['90s', 90_000],
    ['5m', 300_000],
    ['36h', 129_600_000],
    ['7d', 604_800_000],
  ] as const) {
    expect(parseDurationMs(text)).toBe(ms);
  }
  expect(parseDurationMs('2w')).toBe(14 * 86_400_000);
});

test('what is not a duration is none', () => {
  for (const text of ['', '5', 'm', '-5m', '1.5h', '5 m', '5M', '1mo', '1e3s', '999999999999w']) {
    expect(parseDurationMs(text), text).toBeNull();
  }
});
