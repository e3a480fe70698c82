import type { ApolloServerPlugin } from '@apollo/server';
import { GraphQLError, Lexer, Source, TokenKind } from 'graphql';
import type { GatewayContext } from './context.ts';

/**
 * A document and its variables are nested so deep and no deeper, however they are written: whatever reads them calls itself for each level, and
 * would come to the end of the stack. Looked at before anything else is, so that nothing behind needs a bound of its own.
 */
export const limitNesting: ApolloServerPlugin<GatewayContext> = {
  async requestDidStart({ request }) {
    const what = tooDeep(request.query ?? '', request.variables ?? {});
    if (what === null) return undefined;
    // Apollo lets nobody refuse a document before it is parsed: one that can be is parsed in its place, and refused.
    Object.assign(request, { query: '{ __typename }', variables: {}, operationName: undefined });
    return {
      async didResolveOperation() {
        throw new GraphQLError(what, { extensions: { code: 'BAD_REQUEST', http: { status: 400 } } });
      },
    };
  },
};

/** What is too deep, in words for who sent it; null where nothing is. */
export function tooDeep(query: string, variables: Readonly<Record<string, unknown>>): string | null {
  if (isTextDeeper(query, NESTING_MAX)) return expected('a query');
  return isValueDeeper(variables, NESTING_MAX) ? expected('variables') : null;
}

function expected(what: string): string {
  return `expected ${what} with brackets in at most ${NESTING_MAX} levels, got more`;
}

/** Tools ask for types some 15 levels deep; a filter that a person wrote has five. */
const NESTING_MAX = 100;

/** A text that is no GraphQL is the parser's to refuse, which meets the fault where this does. */
function isTextDeeper(text: string, levels: number): boolean {
  // Most documents do not have so many brackets in all, in whatever order.
  if ((text.match(/[{[(]/g)?.length ?? 0) <= levels) return false;
  const lexer = new Lexer(new Source(text));
  let depth = 0;
  try {
    while (depth <= levels && lexer.advance().kind !== TokenKind.EOF) depth += STEPS.get(lexer.token.kind) ?? 0;
  } catch {
    return false;
  }
  return depth > levels;
}

const STEPS: ReadonlyMap<TokenKind, number> = new Map([
  [TokenKind.BRACE_L, 1],
  [TokenKind.BRACKET_L, 1],
  [TokenKind.PAREN_L, 1],
  [TokenKind.BRACE_R, -1],
  [TokenKind.BRACKET_R, -1],
  [TokenKind.PAREN_R, -1],
]);

function isValueDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => isValueDeeper(each, levels - 1));
}
