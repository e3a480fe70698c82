/**
 * Where texts lie under names for a while. A store may lose anything at any time; it may never give out under a name what was not put there.
 * Every call ends within a bounded time, and none of them throws.
 */
export interface CacheStore {
  /** Other processes look into it too. */
  readonly isShared: boolean;
  get(name: string): Promise<Found>;
  /** False if it was not taken. */
  set(name: string, text: string, lifeMs: number): Promise<boolean>;
  /** False if some of them may still be there. */
  delete(names: readonly string[]): Promise<boolean>;
  /** Everything whose name begins so, whoever put it there. False if some of it may still be there. */
  clear(prefix: string): Promise<boolean>;
  health(): StoreHealth;
  close(): Promise<void>;
}

/** That nothing is there, and that nobody could look, are two things. */
export type Found = { readonly state: 'kept'; readonly text: string } | typeof NOTHING | typeof UNAVAILABLE;

export const NOTHING = { state: 'nothing' } as const;
export const UNAVAILABLE = { state: 'unavailable' } as const;

export interface StoreHealth {
  readonly name: 'memory' | 'redis';
  /** Null while all goes well. */
  readonly problem: string | null;
  /** Calls that failed, did not end in time, or were not made because those before them did. */
  readonly failures: number;
  /** Texts that were not what had been put there. */
  readonly damaged: number;
}
