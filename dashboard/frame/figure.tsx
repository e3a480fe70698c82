import type { ComponentChildren } from 'preact';

interface FigureProps {
  readonly label: string;
  /** What the number is, for who wonders. */
  readonly hint?: string | undefined;
  readonly children: ComponentChildren;
}

/** One number with what it is. */
export function Figure({ label, hint, children }: FigureProps) {
  return (
    <div class="figure" title={hint}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
