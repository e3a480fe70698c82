import { ApolloServerErrorCode } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from '../../platform/telemetry.ts';
import { maskError } from '../mask-error.ts';

export type FormatError = (error: unknown) => GraphQLFormattedError;

/**
 * The errors of what Apollo does not execute itself, masked as those that it does. What GraphQL refuses by itself, a variable that does not fit
 * its type say, has no error behind it; what a resolver throws has.
 */
export function formatErrors(logger: Logger): FormatError {
  const mask = maskError(logger);
  return (error) => {
    if (!(error instanceof GraphQLError)) return mask({ message: '', extensions: { code: UNKNOWN } }, error);
    const code = error.originalError === undefined ? ApolloServerErrorCode.BAD_USER_INPUT : UNKNOWN;
    const formatted = error.toJSON();
    return mask({ ...formatted, extensions: { code, ...formatted.extensions } }, error);
  };
}

const UNKNOWN = ApolloServerErrorCode.INTERNAL_SERVER_ERROR;
