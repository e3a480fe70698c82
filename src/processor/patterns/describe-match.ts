import type { PatternDefinition, Reason, StepDefinition } from './pattern.ts';
import type { Match } from './pattern-rule.ts';

/**
 * What an alert says where a rule has no words of its own:
 *
 *   small 3 times, then big: 4 events in 20m 5s, within 1h          ordered, and no shipped within 2d: 1 event
 */
export function describeMatch({ steps, withinMs, reason }: PatternDefinition): (match: Match) => string {
  return reason === null || reason === undefined ? describeSteps(steps, withinMs) : inOwnWords(reason);
}

function inOwnWords(reason: Reason): (match: Match) => string {
  return ({ events, steps }) => {
    const taken = Object.entries(steps).map(([name, each]) => [name, each.map(({ members }) => members)]);
    return reason(Object.fromEntries(taken), { eventCount: events.length, elapsed: elapsedText(elapsedUs(events)) });
  };
}

function describeSteps(steps: readonly StepDefinition[], withinMs: number): (match: Match) => string {
  const withinText = elapsedText(withinMs * US_PER_MS);
  return ({ events, steps: taken }) => {
    let words = '';
    let endsAbsent = false;
    for (const { name, contiguity } of steps) {
      const count = taken[name]?.length ?? 0;
      endsAbsent = contiguity === 'NOT_FOLLOWED_BY';
      const part = endsAbsent ? `no ${name}` : count === 1 ? name : `${name} ${count} times`;
      words += words === '' ? part : endsAbsent ? `, and ${part}` : `, then ${part}`;
    }
    const eventCount = events.length === 1 ? '1 event' : `${events.length} events`;
    return endsAbsent
      ? `${words} within ${withinText}: ${eventCount}`
      : `${words}: ${eventCount} in ${elapsedText(elapsedUs(events))}, within ${withinText}`;
  };
}

/** From the first to the last. */
function elapsedUs(events: readonly { readonly timeUs: number }[]): number {
  return (events.at(-1)?.timeUs ?? 0) - (events[0]?.timeUs ?? 0);
}

/** Exact, the largest unit first: 10m, 4m 12s, 1h 0.000001s, 0s. */
export function elapsedText(us: number): string {
  const parts: string[] = [];
  let rest = us;
  for (const [unit, unitUs] of UNITS) {
    const count = Math.floor(rest / unitUs);
    if (count > 0) parts.push(`${count}${unit}`);
    rest -= count * unitUs;
  }
  if (rest > 0 || parts.length === 0) parts.push(`${secondsText(rest)}s`);
  return parts.join(' ');
}

const US_PER_MS = 1000;
const US_PER_SECOND = 1_000_000;
const UNITS = [
  ['d', 86_400 * US_PER_SECOND],
  ['h', 3600 * US_PER_SECOND],
  ['m', 60 * US_PER_SECOND],
] as const;

function secondsText(us: number): string {
  const whole = Math.floor(us / US_PER_SECOND);
  const fraction = String(us % US_PER_SECOND)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return fraction === '' ? String(whole) : `${whole}.${fraction}`;
}
