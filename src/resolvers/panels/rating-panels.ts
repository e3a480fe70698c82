import DataLoader from 'dataloader';
import type { GraphQLFieldResolver } from 'graphql';
import { type PlayerRating, playerRatings, ratingsOverTime } from '../../analytics/panels/player-ratings.ts';
import { resolveRange, type TimeRangeInput } from '../../analytics/time/resolve-range.ts';
import type { KindModel } from '../../model/event-model.ts';
import { dateTimeText } from '../../model/values/date-time.ts';
import type { AskContext } from '../ask-context.ts';
import type { AskSources } from '../metrics.ts';
import { perRequest } from '../per-request.ts';
import { requestNowMs } from '../request-now.ts';

type Resolver = GraphQLFieldResolver<unknown, AskContext>;
type Player = { readonly id: string };
type RatingsArguments = { readonly range: TimeRangeInput; readonly every: string; readonly timeZone: string };

/** A player's average rating now, and how it went. */
export function ratingPanels(kind: KindModel, sources: AskSources) {
  const loaderOf = perRequest(
    ({ tenant }) =>
      new DataLoader<string, PlayerRating>((players) => playerRatings({ tenant, kind }, players, sources), {
        maxBatchSize: 500,
      }),
  );
  const ratingOf = ({ id }: Player, context: AskContext) => loaderOf(context).load(id);
  return {
    Query: { player: ((_source, { id }) => ({ id })) as Resolver },
    Player: {
      ratingNow: (async (player: Player, _args, context) => (await ratingOf(player, context)).average) as Resolver,
      ratingCount: (async (player: Player, _args, context) => (await ratingOf(player, context)).count) as Resolver,
      ratings: (async (player: Player, { range, every, timeZone }: RatingsArguments, context) => {
        const resolved = resolveRange({ range, every, timeZone, nowMs: requestNowMs(context, sources.clock) });
        const question = { tenant: context.tenant, kind, range: resolved };
        const { value, outcome } = await ratingsOverTime(question, player.id, sources);
        context.cacheOutcomes.push(outcome);
        return value.map(({ startUs, endUs, ...window }) => ({
          ...window,
          start: dateTimeText(BigInt(startUs)),
          end: dateTimeText(BigInt(endUs)),
        }));
      }) as Resolver,
    },
  };
}
