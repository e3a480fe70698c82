/** `7d`, `36h`, `5m`, `1500ms`: the largest unit that says it exactly. */
export function durationText(durationMs: number): string {
  for (const [unit, unitMs] of UNITS)
    if (durationMs > 0 && durationMs % unitMs === 0) return `${durationMs / unitMs}${unit}`;
  return `${durationMs}ms`;
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;
