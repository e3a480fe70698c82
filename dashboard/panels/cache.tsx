import { shareText } from '../format/number.ts';
import { Panel } from '../frame/panel.tsx';
import { usePipeline } from '../frame/pipeline-context.ts';
import type { PanelDefinition } from './panel-definition.ts';

export const cachePanel: PanelDefinition = { id: 'cache', belongs: () => true, Show };

function Show() {
  const { state, error } = usePipeline();
  const share = state?.cacheHitRatio ?? 0;
  return (
    <Panel
      id="cache"
      title="Answered from the cache"
      description="Of the questions to this process, how many were answered without asking the warehouse; live ones are not among them. A kept answer is never stale: it goes with the version of what it read."
      size="third"
      loading={state === null}
      error={error}
    >
      <div class="gauge">
        <b>{shareText(share)}</b>
        <meter min={0} max={1} value={share} aria-label="Share of questions answered from the cache">
          {shareText(share)}
        </meter>
        <p class="hint">of the questions since the start</p>
      </div>
    </Panel>
  );
}
