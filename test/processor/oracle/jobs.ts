import type { JobSpec, PatternSpec, PatternStepSpec, WindowSpec } from '../../../src/model/jobs/job-spec.ts';
import { TENANT_DEFAULT } from '../../../src/model/record-format.ts';

/** The jobs whose results are compared: every kind of window with every way to treat late events, and every shape that a pattern can have. */
export const MINUTE_MS = 60_000;

const SLIDING: WindowSpec = { kind: 'sliding', sizeMs: 10 * MINUTE_MS, slideMs: 5 * MINUTE_MS };
const EVERY_MEASURE = ['count', 'userIdDistinct', 'amountSum', 'amountAvg', 'amountMin', 'amountMax'];

export const WINDOW_JOBS: readonly JobSpec[] = [
  windowJob('tumbling-correct', { kind: 'tumbling', sizeMs: 5 * MINUTE_MS }, 'CORRECT', 10 * MINUTE_MS),
  windowJob('tumbling-side', { kind: 'tumbling', sizeMs: MINUTE_MS }, 'SIDE_OUTPUT', 0),
  windowJob('tumbling-discard', { kind: 'tumbling', sizeMs: 5 * MINUTE_MS }, 'DISCARD', 10_000),
  windowJob('sliding-correct', SLIDING, 'CORRECT', 60_000),
  windowJob('sliding-side', { kind: 'sliding', sizeMs: 10 * MINUTE_MS, slideMs: 3 * MINUTE_MS }, 'SIDE_OUTPUT', 0),
  windowJob('session-correct', { kind: 'session', gapMs: 10 * MINUTE_MS }, 'CORRECT', 10 * MINUTE_MS),
  windowJob('session-side', { kind: 'session', gapMs: 30 * MINUTE_MS }, 'SIDE_OUTPUT', 0),
];

const LARGE = { amount: { gt: '1000' } };
const SMALL = { amount: { lte: '20' } };
const MONEY_MOVES = { status: { notIn: ['DECLINED', 'REFUNDED'] } };
const DECLINED = { status: { eq: 'DECLINED' } };

export const PATTERN_JOBS: readonly JobSpec[] = [
  patternJob('strict-overlapping', [step('first', 'NEXT', LARGE), step('second', 'NEXT', LARGE)], 'SKIP_TO_NEXT'),
  patternJob('strict-apart', [step('first', 'NEXT', LARGE), step('second', 'NEXT', LARGE)], 'SKIP_PAST_LAST'),
  patternJob('followed-by', [step('large', 'NEXT', LARGE), step('declined', 'FOLLOWED_BY', DECLINED)], 'SKIP_TO_NEXT'),
  patternJob(
    'three-then-large',
    [step('small', 'FOLLOWED_BY', SMALL, 3), step('large', 'FOLLOWED_BY', LARGE)],
    'SKIP_TO_NEXT',
    { withinMs: 60 * MINUTE_MS },
  ),
  patternJob(
    'two-in-a-row-then-large',
    [step('small', 'NEXT', SMALL, 2), step('large', 'NEXT', LARGE)],
    'SKIP_PAST_LAST',
    { withinMs: 30 * MINUTE_MS },
  ),
  patternJob(
    'two-or-more-then-large',
    [step('small', 'FOLLOWED_BY', SMALL, 2, true), step('large', 'FOLLOWED_BY', LARGE)],
    'SKIP_TO_NEXT',
    { withinMs: 60 * MINUTE_MS },
  ),
  patternJob('run-then-next', [step('small', 'NEXT', SMALL, 1, true), step('large', 'NEXT', LARGE)], 'SKIP_TO_NEXT', {
    withinMs: 30 * MINUTE_MS,
  }),
  patternJob(
    'not-in-between',
    [step('large', 'NEXT', LARGE), step('declined', 'NOT_FOLLOWED_BY', DECLINED), step('small', 'FOLLOWED_BY', SMALL)],
    'SKIP_TO_NEXT',
    { withinMs: 30 * MINUTE_MS },
  ),
  patternJob('nothing-after', [step('large', 'NEXT', LARGE), step('any', 'NOT_FOLLOWED_BY', null)], 'SKIP_TO_NEXT'),
  patternJob('strict-allowing-late', [step('first', 'NEXT', LARGE), step('second', 'NEXT', LARGE)], 'SKIP_TO_NEXT', {
    allowedLatenessMs: 5 * MINUTE_MS,
  }),
];

/** What is ours alone: other processors leave these open, or mean something else by them. */
export const OWN_PATTERN_JOBS: readonly JobSpec[] = [
  patternJob(
    'repeated-then-not',
    [
      step('small', 'FOLLOWED_BY', SMALL, 1, true),
      step('declined', 'NOT_FOLLOWED_BY', DECLINED),
      step('large', 'FOLLOWED_BY', LARGE),
    ],
    'SKIP_TO_NEXT',
    { withinMs: 60 * MINUTE_MS },
  ),
  patternJob(
    'repeated-then-nothing',
    [step('large', 'FOLLOWED_BY', LARGE, 2, true), step('small', 'NOT_FOLLOWED_BY', SMALL)],
    'SKIP_PAST_LAST',
    { withinMs: 20 * MINUTE_MS },
  ),
  patternJob(
    'relaxed-apart',
    [step('small', 'FOLLOWED_BY', SMALL, 2, true), step('large', 'FOLLOWED_BY', LARGE)],
    'SKIP_PAST_LAST',
    { withinMs: 60 * MINUTE_MS, late: 'DISCARD' },
  ),
];

/** By keys that are not the kind's own, whose events come from several partitions. */
export const RE_KEYED_JOBS: readonly JobSpec[] = [
  byKey('merchant', windowJob('merchants-correct', { kind: 'tumbling', sizeMs: 5 * MINUTE_MS }, 'CORRECT', 600_000)),
  byKey('category', windowJob('categories-side', SLIDING, 'SIDE_OUTPUT', 0)),
  byKey('country', windowJob('countries-discard', { kind: 'tumbling', sizeMs: MINUTE_MS }, 'DISCARD', 0)),
  byKey('merchant', windowJob('merchant-sessions', { kind: 'session', gapMs: 20_000 }, 'CORRECT', 10 * MINUTE_MS)),
  byKey('currency', windowJob('currency-sessions', { kind: 'session', gapMs: 10_000 }, 'SIDE_OUTPUT', 0)),
  byKey(
    'merchant',
    patternJob('strict-merchants', [step('one', 'NEXT', LARGE), step('two', 'NEXT', LARGE)], 'SKIP_TO_NEXT', {
      withinMs: MINUTE_MS,
    }),
  ),
  byKey(
    'country',
    patternJob(
      'countries-quiet',
      [step('large', 'NEXT', LARGE), step('declined', 'NOT_FOLLOWED_BY', DECLINED)],
      'SKIP_PAST_LAST',
      { withinMs: MINUTE_MS, allowedLatenessMs: 5 * MINUTE_MS },
    ),
  ),
];

/** By their names. */
export const BUILT_IN_JOBS = [
  'sessions',
  'two-large-payments',
  'many-payments',
  'card-testing',
  'two-countries',
  'unusual-amount',
  'active-sessions',
  'player-ratings',
] as const;

function windowJob(name: string, window: WindowSpec, late: JobSpec['late'], allowedLatenessMs: number): JobSpec {
  return { ...defaults(name), shape: { kind: 'window', window, measures: EVERY_MEASURE }, late, allowedLatenessMs };
}

function patternJob(
  name: string,
  steps: readonly PatternStepSpec[],
  afterMatch: PatternSpec['afterMatch'],
  change: { readonly withinMs?: number } & Partial<Pick<JobSpec, 'allowedLatenessMs' | 'late'>> = {},
): JobSpec {
  const { withinMs = 10 * MINUTE_MS, ...rest } = change;
  const job = defaults(name);
  const source = { ...job.source, where: name.startsWith('strict') ? MONEY_MOVES : null };
  return { ...job, source, shape: { kind: 'pattern', pattern: { steps, withinMs, afterMatch } }, ...rest };
}

function byKey(keyField: string, job: JobSpec): JobSpec {
  return { ...job, source: { ...job.source, keyField } };
}

function step(
  name: string,
  contiguity: PatternStepSpec['contiguity'],
  where: PatternStepSpec['where'],
  times = 1,
  orMore = false,
): PatternStepSpec {
  return { name, contiguity, where, times, orMore };
}

function defaults(name: string): Omit<JobSpec, 'shape'> {
  return {
    name,
    tenant: TENANT_DEFAULT,
    source: { topic: 'transactions', where: null, keyField: 'userId' },
    allowedLatenessMs: 0,
    late: 'SIDE_OUTPUT',
    mode: 'LIVE',
    sinks: { topic: null, webhook: null },
  };
}
