import DataLoader from 'dataloader';
import type { RecordedRead } from '../analytics/standing/operation-reads.ts';
import type { AskContext } from './ask-context.ts';
import { perRequest } from './per-request.ts';

/**
 * The same about each of many users. What is asked of several users at once is the same field with the same arguments and the same selection:
 * one question, not one a user, and written down once. `Question` is plain JSON, by which equal ones are known.
 */
export function loadByKey<Question, Page>(
  answer: (
    question: Question,
    keys: readonly string[],
    context: AskContext,
  ) => Promise<RecordedRead & { readonly value: readonly Page[] }>,
): (question: Question, key: string, context: AskContext) => Promise<Page> {
  const loadersOf = perRequest(() => new Map<string, DataLoader<string, Page>>());
  return (question, key, context) => {
    const loaders = loadersOf(context);
    const name = JSON.stringify(question);
    const loader =
      loaders.get(name) ??
      new DataLoader<string, Page>(async (keys) => {
        const { value, ...stamp } = await answer(question, keys, context);
        context.reads.read(stamp);
        return value;
      }, BATCH);
    loaders.set(name, loader);
    return loader.load(key);
  };
}

/** A list of this many ids is well below the length that a query may have. */
const BATCH = { maxBatchSize: 500 };
