import { type DestinationStream, destination, type Logger, pino } from 'pino';
import type { LogLevel } from './settings.ts';

export type { Logger };

/**
 * The product's log: JSON lines on standard error, so that standard output stays what a command prints. In normal operation nothing is
 * written at the default level. What could hold a credential is left out.
 */
export function createLogger(level: LogLevel, to: DestinationStream = destination(2)): Logger {
  return pino(
    {
      level,
      base: { service: 'lakegate' },
      redact: { paths: ['req.headers.authorization', 'req.headers.cookie'], remove: true },
    },
    to,
  );
}
