import type { ComponentType } from 'preact';
import type { Kind } from '../api/kinds.ts';

/** A panel of the page. Where it needs a kind that is not declared, it is not there. */
export interface PanelDefinition {
  /** In the address, when the panel is opened. */
  readonly id: string;
  readonly belongs: (kinds: readonly Kind[]) => boolean;
  readonly Show: ComponentType;
}
