import type { SentError } from '../../platform/sent-error.ts';
import type { NumberedTopic } from './state.ts';

/** What the thread that has the log tells another one that reads it. */
export type FromLog =
  /** Topics that are new, and those of which more can be read, or less. */
  | { readonly tell: 'topics'; readonly topics: readonly TopicNews[] }
  /** False: nothing of it happened. An error: nobody knows. */
  | { readonly tell: 'step'; readonly id: number; readonly committed: boolean; readonly error: SentError | null }
  /** The files are to be closed and opened anew: nobody may have them open meanwhile. */
  | { readonly tell: 'let go' }
  | { readonly tell: 'open again' }
  | { readonly tell: 'closed' };

export interface TopicNews {
  readonly spec: NumberedTopic;
  /** First and next offset of every partition. */
  readonly ends: readonly (readonly [first: bigint, next: bigint])[];
}

/** What a thread that reads the log tells the one that has it. */
export type ToLog =
  | {
      readonly tell: 'step';
      readonly id: number;
      readonly group: string;
      readonly topic: string;
      readonly partition: number;
      /** See step-bytes.ts. Handed over, not copied. */
      readonly bytes: ArrayBuffer;
    }
  | { readonly tell: 'let go' };
