import type { PatternDefinition, StepDefinition } from './pattern.ts';

/** What is wrong with a pattern, all of it, each with its place: `steps`, `1`, `times`. Empty: it can be compiled. Filters are not looked into. */
export function patternFaults({ steps, withinMs }: PatternDefinition): readonly PatternFault[] {
  const faults: PatternFault[] = [];
  if (steps.length < 1 || steps.length > STEPS_MAX) {
    faults.push({ field: ['steps'], message: `expected 1 to ${STEPS_MAX} steps, got ${steps.length}` });
  }
  const eventCount = steps.reduce((sum, { times }) => sum + times, 0);
  if (eventCount > TIMES_MAX) {
    faults.push({
      field: ['steps'],
      message: `expected all times together to be at most ${TIMES_MAX}, got ${eventCount}`,
    });
  }
  if (!(withinMs >= 1 && withinMs <= WITHIN_MS_MAX)) {
    faults.push({ field: ['within'], message: `expected 1ms to 31d, got ${withinMs}ms` });
  }
  return [...faults, ...steps.flatMap((step, number) => stepFaults(step, number, steps))];
}

export interface PatternFault {
  readonly field: readonly string[];
  readonly message: string;
}

/** One bit of a number for each. */
export const STEPS_MAX = 16;
/** An attempt for each of its events may be under way at once, so what a key must remember grows with the square (PLACES_MAX). */
export const TIMES_MAX = 100;
/** As long as raw events may be remembered by id. */
export const WITHIN_MS_MAX = 31 * 86_400_000;

const NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

function stepFaults(step: StepDefinition, number: number, steps: readonly StepDefinition[]): readonly PatternFault[] {
  const { name, times } = step;
  const faults: PatternFault[] = [];
  const fault = (field: string, message: string) => faults.push({ field: ['steps', String(number), field], message });
  if (!NAME.test(name)) fault('name', `expected a letter, then letters, digits, _ or -, at most 64, got "${name}"`);
  if (steps.findIndex((other) => other.name === name) < number)
    fault('name', `expected another name, "${name}" is taken`);
  if (!Number.isInteger(times) || times < 1) fault('times', `expected a whole number from 1 on, got ${times}`);
  if (step.contiguity === 'NOT_FOLLOWED_BY') absenceFaults(step, number, steps, fault);
  return faults;
}

function absenceFaults(
  { times, orMore, given }: StepDefinition,
  number: number,
  steps: readonly StepDefinition[],
  fault: (field: string, message: string) => void,
): void {
  const next = steps[number + 1];
  if (number === 0)
    fault('contiguity', 'expected NEXT or FOLLOWED_BY in the first step: an absence comes after an event');
  if (times !== 1 || orMore) fault('times', 'expected neither times nor orMore: nothing cannot be repeated');
  if (given !== null && given !== undefined)
    fault('given', 'expected a filter alone: an absence has no event to compare');
  if (next !== undefined && next.contiguity !== 'FOLLOWED_BY') {
    fault('contiguity', 'expected a step with FOLLOWED_BY after it, or none');
  }
}
