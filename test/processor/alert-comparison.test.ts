import { expect, test } from 'vitest';
import type { RaisedAlert } from '../../src/model/jobs/backtests.ts';
import { AlertComparison, SHOWN_MAX } from '../../src/processor/backtest/alert-comparison.ts';

test('however many alerts differ, all are counted and the first of each side are shown', () => {
  const comparison = new AlertComparison();
  const live = numbered(0, 5_000);
  for (const alert of live) comparison.addLive(alert);
  for (const alert of numbered(4_000, 10_000)) comparison.addHere(alert);
  for (const alert of live) comparison.showLive(alert);
  const { onlyHere, onlyLive, ...counts } = comparison.outcome();
  expect(counts).toEqual({ alerts: 6_000, onlyHereCount: 5_000, onlyLiveCount: 4_000 });
  expect(onlyHere).toEqual(numbered(5_000, 5_000 + SHOWN_MAX));
  expect(onlyLive).toEqual(numbered(0, SHOWN_MAX));
});

test('an alert that was written again is one, and what was raised meanwhile is in no side', () => {
  const comparison = new AlertComparison();
  const [both, alone, later] = numbered(0, 3);
  if (both === undefined || alone === undefined || later === undefined) throw new Error('expected three');
  for (const alert of [both, alone, both, alone]) comparison.addLive(alert);
  comparison.addHere(both);
  for (const alert of [both, alone, both, alone, later]) comparison.showLive(alert);
  expect(comparison.outcome()).toEqual({
    alerts: 1,
    onlyHere: [],
    onlyHereCount: 0,
    onlyLive: [alone],
    onlyLiveCount: 1,
  });
});

test('more live alerts than can be compared are an error, and nothing is left out in silence', () => {
  const comparison = new AlertComparison(100);
  expect(() => {
    for (const alert of numbered(0, 101)) comparison.addLive(alert);
  }).toThrow(
    expect.objectContaining({ code: 'TOO_EXPENSIVE', message: expect.stringContaining('at most 100 alerts') }),
  );
});

function numbered(from: number, to: number): readonly RaisedAlert[] {
  return Array.from({ length: to - from }, (_, index) => raised(from + index));
}

function raised(number: number): RaisedAlert {
  const event = {
    topic: 'transactions',
    partition: 0,
    offset: BigInt(number),
    timeUs: number,
    id: `${number}`,
    members: {},
  };
  return {
    job: 'large',
    jobVersion: 1,
    tenant: 'default',
    key: 'u1',
    shadow: false,
    watermarkMs: null,
    receivedAtMs: number,
    alert: { id: `a${number}`, reason: '', matchedAtUs: number, events: [event] },
  };
}
