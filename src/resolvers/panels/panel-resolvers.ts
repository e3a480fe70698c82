import type { GraphQLFieldResolver } from 'graphql';
import type { EventModel, KindModel } from '../../model/event-model.ts';
import { PANELS, type Panel, panelKind } from '../../model/panels.ts';
import type { AskContext } from '../ask-context.ts';
import type { AskSources } from '../metrics.ts';
import { recorded } from '../recorded.ts';
import { userResolvers } from '../user.ts';
import { activityPanels } from './activity-panels.ts';
import { ratingPanels } from './rating-panels.ts';
import { salePanels } from './sale-panels.ts';

type Resolver = GraphQLFieldResolver<unknown, AskContext>;
type TypeResolvers = Readonly<Record<string, Readonly<Record<string, Resolver>>>>;

const MAKERS: Readonly<Record<Panel, (kind: KindModel, sources: AskSources) => TypeResolvers>> = {
  activity: activityPanels,
  sale: salePanels,
  rating: ratingPanels,
};

/** What people ask for by name, by type: a user over all kinds, and the panels of the kinds that are there. */
export function panelResolvers(model: EventModel, sources: AskSources): TypeResolvers {
  const made: Record<string, Record<string, Resolver>> = {
    Query: { user: (_source, { id }) => ({ id }) },
    User: { ...userResolvers(model, sources) },
  };
  for (const panel of PANELS) {
    const kind = panelKind(model, panel);
    if (kind === null) continue;
    for (const [type, fields] of Object.entries(MAKERS[panel](kind, sources)))
      made[type] = { ...made[type], ...fields };
  }
  return Object.fromEntries(Object.entries(made).map(([type, fields]) => [type, recorded(fields)]));
}
