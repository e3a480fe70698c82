import type { PanelDefinition } from './panel-definition.ts';

/** Above the panels that follow from declarations alone. */
export const kindsHeading: PanelDefinition = { id: 'kinds', belongs: (kinds) => kinds.length > 0, Show };

function Show() {
  return (
    <header class="part" id="kinds">
      <h2>Every kind of event</h2>
      <p class="hint">Drawn from the declarations alone: a kind of your own is here as soon as it is declared.</p>
    </header>
  );
}
