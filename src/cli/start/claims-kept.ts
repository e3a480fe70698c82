import type { Config } from '../../platform/config.ts';

/** How long an id is remembered: a day more than an event may be old, because clocks differ and a request may take its time. */
export function claimsKeptMs({ acceptPastMs }: Config): number {
  return acceptPastMs + DAY_MS;
}

const DAY_MS = 86_400_000;
