import type { JobSpec, PatternSpec } from './job-spec.ts';

/**
 * What the state of a job depends on, part by part: two specs with equal parts read each other's state. Filters, lateness, `within`, mode and sinks
 * are no part of it: they say what is taken from now on, not what is kept.
 */
export function stateShapeOf({ source, shape }: JobSpec): Readonly<Record<string, string>> {
  const input = { kind: source.topic, key: source.keyField };
  if (shape.kind === 'pattern') return { ...input, pattern: stepsOf(shape.pattern) };
  return { ...input, window: JSON.stringify(shape.window), measures: [...shape.measures].sort().join(' ') };
}

function stepsOf({ steps }: PatternSpec): string {
  return JSON.stringify(steps.map(({ name, contiguity, times, orMore }) => [name, contiguity, times, orMore]));
}
