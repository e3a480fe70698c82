import { findKind, type Kind } from '../api/kinds.ts';
import { textCell } from '../api/metrics-update.ts';
import type { Operation } from '../api/operation.ts';
import { whereOf } from '../api/where-of.ts';
import { countText } from '../format/number.ts';
import { useKinds } from '../frame/kinds-context.ts';
import { Panel } from '../frame/panel.tsx';
import { Ranking } from '../frame/ranking.tsx';
import { useRangeQuestion } from '../frame/use-windows.ts';
import { type Reading, useLiveOf } from '../state/use-live.ts';
import { useMetrics } from '../state/use-metrics.ts';
import { useView } from '../state/use-view.ts';
import type { PanelDefinition } from './panel-definition.ts';

export const ratingsPanel: PanelDefinition = { id: 'ratings', belongs: (kinds) => kindIn(kinds) !== null, Show };

function kindIn(kinds: readonly Kind[]): Kind | null {
  return findKind(kinds, 'RATING', ['playerId'], ['count', 'ratingAvg']);
}

const PLAYERS = 8;

/** The players who are rated most in the range; of each the average that counts now, corrections taken in. */
function Show() {
  const kind = kindIn(useKinds());
  const { filters } = useView();
  const { every: _every, ...asked } = useRangeQuestion();
  const { state, error } = useMetrics(
    kind === null
      ? null
      : {
          kind,
          ...asked,
          where: whereOf(kind, filters),
          by: ['playerId'],
          measures: ['count'],
          top: { n: PLAYERS, by: 'count', others: false },
        },
  );
  const rows = [...(state?.rows.values() ?? [])].sort((a, b) => Number(b.count) - Number(a.count));
  const players = rows.flatMap((row) => textCell(row, 'playerId') ?? []);
  const ratings = useLiveOf(players.map(ratingReading));
  return (
    <Panel
      id="ratings"
      title="Live ratings"
      description="The players rated most in the range, each with the average of all ratings as it is now: of a rating that was corrected only the latest version counts."
      size="half"
      loading={state === null}
      error={error ?? ratings.find((each) => each.error !== null)?.error ?? null}
      empty={rows.length === 0 ? 'Nobody was rated in this range.' : null}
    >
      <Ranking
        caption="Live ratings"
        dimension="playerId"
        columns={['Player', 'Average now', 'Ratings', 'In range']}
        sources={kind === null ? [] : [null, null, { kind, measure: 'count' }]}
        rows={rows.map((row, index) => {
          const player = ratings[index]?.state ?? null;
          return {
            value: textCell(row, 'playerId'),
            size: player?.ratingNow ?? 0,
            cells: [
              player?.ratingNow?.toFixed(2) ?? '–',
              player === null ? '–' : countText(player.ratingCount),
              countText(Number(row.count)),
            ],
          };
        })}
        full={BEST}
      />
    </Panel>
  );
}

const BEST = 10;

interface Player {
  readonly id: string;
  readonly ratingNow: number | null;
  readonly ratingCount: number;
}

/** Here only while ratings are declared, so it is no part of what is checked against every schema. */
const RATING_UPDATES: Operation<{ readonly liveRatingUpdates: Player }, never> = {
  text: 'subscription Rating($player: ID!) { liveRatingUpdates(playerId: $player) { id ratingNow ratingCount } }',
};

function ratingReading(player: string): Reading<{ readonly liveRatingUpdates: Player }, Player> {
  return {
    operation: RATING_UPDATES,
    variables: { player },
    reduce: (_before, { liveRatingUpdates }) => liveRatingUpdates,
    cursorOf: () => undefined,
  };
}
