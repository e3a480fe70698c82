import { unwrapResolverError } from '@apollo/server/errors';
import type { GraphQLFormattedError } from 'graphql';
import type { Logger } from '../platform/telemetry.ts';
import { publicError } from './public-error.ts';

/**
 * Makes Apollo's `formatError`. What GraphQL itself refuses (syntax, validation, variables) keeps Apollo's code and message; what a
 * resolver threw goes through `publicError`. No stack trace, no SQL, no path leaves the house.
 */
export function maskError(logger: Logger): (formatted: GraphQLFormattedError, error: unknown) => GraphQLFormattedError {
  return (formatted, error) => {
    const code = formatted.extensions?.code;
    if (typeof code === 'string' && code !== 'INTERNAL_SERVER_ERROR') {
      return { ...formatted, extensions: { code } };
    }
    const { message, ...extensions } = publicError(unwrapResolverError(error), logger);
    const { locations, path } = formatted;
    return {
      message,
      ...(locations === undefined ? {} : { locations }),
      ...(path === undefined ? {} : { path }),
      extensions,
    };
  };
}
