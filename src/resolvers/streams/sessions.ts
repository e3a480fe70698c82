import type { GraphQLFieldResolver } from 'graphql';
import {
  answerSession,
  answerSessions,
  readSessionsQuestion,
  type SessionPage,
  type SessionsQuestion,
  type SessionsWhere,
  sessionsOfUsers,
} from '../../analytics/streams/answer-sessions.ts';
import type { AskContext } from '../ask-context.ts';
import type { QuerySessionsArgs, UserSessionsArgs } from '../generated/schema-types.ts';
import { loadByKey } from '../load-by-key.ts';
import type { AskSources } from '../metrics.ts';
import { requestSources } from '../request-sources.ts';
import { selectedFields } from '../selected-fields.ts';
import { streamConnection, streamSelection } from './stream-connection.ts';

type Resolver = GraphQLFieldResolver<unknown, AskContext>;

/** `session(id)` and `sessions(where, first, after)`. */
export function sessionQueries(sources: AskSources): { readonly session: Resolver; readonly sessions: Resolver } {
  return {
    session: async (_source, { id }: { readonly id: string }, context) => {
      const { value, ...stamp } = await answerSession(context.tenant, id, requestSources(sources, context));
      context.reads.read(stamp);
      return value;
    },
    sessions: (async (_source, { where, ...page }: QuerySessionsArgs & { readonly first: number }, context, info) => {
      const asked = { ...page, where: where as SessionsWhere | null };
      const question = readSessionsQuestion(context.tenant, asked, streamSelection(selectedFields(info)));
      const { value, ...stamp } = await answerSessions(question, requestSources(sources, context));
      context.reads.read(stamp);
      return streamConnection(value, page.after);
    }) as Resolver,
  };
}

/** `User.sessions`. */
export function userSessionsResolver(sources: AskSources): Resolver {
  const load = loadByKey<SessionsQuestion, SessionPage>((question, users, context) =>
    sessionsOfUsers(question, users, requestSources(sources, context)),
  );
  return (async (
    { id }: { readonly id: string },
    page: UserSessionsArgs & { readonly first: number },
    context,
    info,
  ) => {
    const question = readSessionsQuestion(context.tenant, page, streamSelection(selectedFields(info)));
    return streamConnection(await load(question, id, context), page.after);
  }) as GraphQLFieldResolver<{ readonly id: string }, AskContext> as Resolver;
}
