import type { RepeatsAnswer } from '../../src/analytics/behaviour/repeats.ts';
import type { TopPath } from '../../src/analytics/behaviour/top-paths.ts';
import { type WindowedRange, windowIndexAt } from '../../src/analytics/time/windows.ts';
import type { WhereTree } from '../../src/model/event-model.ts';
import type { Payment } from './asked-kind.ts';
import { matches } from './brute-force-metrics.ts';

/** How many users took each step: from every possible first event, always on to the next event that will do. */
export function funnelByHand(
  payments: readonly Payment[],
  steps: readonly WhereTree[],
  withinUs: number,
): readonly number[] {
  const depths = byUser(payments).map((events) =>
    Math.max(0, ...events.map((_, start) => depthFrom(events, start, steps, withinUs))),
  );
  return steps.map((_, index) => depths.filter((depth) => depth > index).length);
}

function depthFrom(events: readonly Payment[], start: number, steps: readonly WhereTree[], withinUs: number): number {
  const startUs = events[start]?.timeUs ?? 0;
  let depth = 0;
  for (const event of events.slice(start)) {
    const step = steps[depth];
    if (step === undefined || event.timeUs - startUs > withinUs) break;
    if (matches(event, step)) depth++;
    else if (depth === 0) break;
  }
  return depth;
}

/** For each window that has begun: how many were new in it, then how many of them came in each later one. */
export function retentionByHand(
  payments: readonly Payment[],
  range: WindowedRange & { readonly nowUs: number },
  { first, again }: { readonly first: WhereTree; readonly again: WhereTree },
): readonly (readonly number[])[] {
  const begun = windowIndexAt(range, range.nowUs) + 1;
  const users = byUser(payments).flatMap((events) => {
    const start = events.find((one) => matches(one, first));
    if (start === undefined) return [];
    const seen = events.filter((one) => matches(one, again)).map((one) => windowIndexAt(range, one.timeUs));
    return [{ cohort: windowIndexAt(range, start.timeUs), seen: new Set(seen) }];
  });
  return Array.from({ length: begun }, (_, cohort) => {
    const members = users.filter((user) => user.cohort === cohort);
    const later = Array.from({ length: begun - cohort - 1 }, (_unused, index) => cohort + index + 1);
    return [members.length, ...later.map((window) => members.filter(({ seen }) => seen.has(window)).length)];
  });
}

export function pathsByHand(
  payments: readonly Payment[],
  of: keyof Payment,
  length: number,
  gapUs: number,
): readonly TopPath[] {
  const found = new Map<string, { count: number; readonly users: Set<string> }>();
  for (const events of byUser(payments.filter((one) => one[of] !== null))) {
    for (const way of ways(events, of, gapUs)) {
      for (let at = 0; at + length <= way.length; at++) {
        const key = JSON.stringify(way.slice(at, at + length));
        const path = found.get(key) ?? { count: 0, users: new Set() };
        path.count++;
        path.users.add(events[0]?.userId ?? '');
        found.set(key, path);
      }
    }
  }
  const paths = [...found].map(([key, { count, users }]) => ({
    values: JSON.parse(key) as string[],
    count,
    users: users.size,
  }));
  return paths.sort((a, b) => b.count - a.count || (a.values.join('\u0000') < b.values.join('\u0000') ? -1 : 1));
}

function ways(events: readonly Payment[], of: keyof Payment, gapUs: number): readonly (readonly string[])[] {
  const made: string[][] = [];
  let before: Payment | null = null;
  for (const event of events) {
    const value = String(event[of]);
    const way = made.at(-1);
    if (before === null || way === undefined || event.timeUs - before.timeUs >= gapUs) made.push([value]);
    else if (way.at(-1) !== value) way.push(value);
    before = event;
  }
  return made;
}

export function repeatsByHand(payments: readonly Payment[], upTo: number): RepeatsAnswer {
  const users = byUser(payments);
  const repeated = users.filter((events) => events.length > 1).length;
  const gaps = users.flatMap((events) =>
    events.slice(1).map((event, index) => event.timeUs - (events[index]?.timeUs ?? 0)),
  );
  gaps.sort((a, b) => a - b);
  const gapUs = gaps[Math.ceil(gaps.length / 2) - 1];
  return {
    users: users.length,
    repeated,
    share: users.length === 0 ? null : repeated / users.length,
    eventsPerUser: users.length === 0 ? null : payments.length / users.length,
    gapMsP50: gapUs === undefined ? null : gapUs / 1000,
    counts: Array.from({ length: upTo }, (_, index) => ({
      events: index + 1,
      orMore: index + 1 === upTo,
      users: users.filter(({ length }) => Math.min(length, upTo) === index + 1).length,
    })),
  };
}

/** Each user's events in the order of their time, then of their ids. */
function byUser(payments: readonly Payment[]): readonly (readonly Payment[])[] {
  const users = new Map<string, Payment[]>();
  for (const payment of payments) users.set(payment.userId, [...(users.get(payment.userId) ?? []), payment]);
  const idOf = ({ source, number }: Payment) => `${source}/${number}`;
  return [...users.values()].map((events) =>
    events.sort((a, b) => a.timeUs - b.timeUs || (idOf(a) < idOf(b) ? -1 : 1)),
  );
}
