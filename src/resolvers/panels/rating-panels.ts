import type { GraphQLFieldResolver } from 'graphql';
import { type PlayerRating, playerRatings, ratingsOverTime } from '../../analytics/panels/player-ratings.ts';
import { resolveRange, type TimeRangeInput } from '../../analytics/time/resolve-range.ts';
import type { KindModel } from '../../model/event-model.ts';
import { dateTimeText } from '../../model/values/date-time.ts';
import type { AskContext } from '../ask-context.ts';
import { loadByKey } from '../load-by-key.ts';
import type { AskSources } from '../metrics.ts';
import { requestNowMs } from '../request-now.ts';
import { requestSources } from '../request-sources.ts';
import { saidRange } from '../said-range.ts';

type Resolver = GraphQLFieldResolver<unknown, AskContext>;
/** With the rating where whoever found the player knew it. */
type Player = { readonly id: string; readonly rating?: PlayerRating };
type RatingsArguments = { readonly range: TimeRangeInput; readonly every: string; readonly timeZone: string };

/** A player's average rating now, and how it went. */
export function ratingPanels(kind: KindModel, sources: AskSources) {
  const load = loadByKey<null, PlayerRating>((_question, players, context) =>
    playerRatings({ tenant: context.tenant, kind }, players, requestSources(sources, context)),
  );
  const ratingOf = async ({ id, rating }: Player, context: AskContext) => rating ?? load(null, id, context);
  return {
    Query: { player: ((_source, { id }) => ({ id })) as Resolver },
    Player: {
      ratingNow: (async (player: Player, _args, context) => (await ratingOf(player, context)).average) as Resolver,
      ratingCount: (async (player: Player, _args, context) => (await ratingOf(player, context)).count) as Resolver,
      ratings: (async (player: Player, said: RatingsArguments, context) => {
        const nowMs = requestNowMs(context, sources.clock, saidRange(said));
        const resolved = resolveRange({ ...said, nowMs });
        const question = { tenant: context.tenant, kind, range: resolved };
        const { value, ...stamp } = await ratingsOverTime(question, player.id, requestSources(sources, context));
        context.reads.read(stamp);
        return value.map(({ startUs, endUs, ...window }) => ({
          ...window,
          start: dateTimeText(BigInt(startUs)),
          end: dateTimeText(BigInt(endUs)),
        }));
      }) as Resolver,
    },
  };
}
