import type { GraphQLFieldResolver } from 'graphql';
import { type BehaviourArguments, readBehaviourQuestion } from '../analytics/behaviour/behaviour-question.ts';
import { answerFunnel, readFunnelSteps } from '../analytics/behaviour/funnel.ts';
import { answerRepeats } from '../analytics/behaviour/repeats.ts';
import { answerRetention, readRetentionConditions } from '../analytics/behaviour/retention.ts';
import { answerTopPaths } from '../analytics/behaviour/top-paths.ts';
import { dimensionNamed } from '../analytics/metrics/metrics-question.ts';
import { RAW } from '../analytics/metrics/plan-metrics.ts';
import type { ReadAnswer } from '../analytics/read-through.ts';
import type { KindModel, WhereTree } from '../model/event-model.ts';
import { rootFieldsOf } from '../model/names.ts';
import { dateTimeText } from '../model/values/date-time.ts';
import { asOf } from './as-of.ts';
import type { AskContext } from './ask-context.ts';
import { waitForAtLeast } from './at-least.ts';
import { final } from './final.ts';
import type { AskSources } from './metrics.ts';
import { requestNowMs } from './request-now.ts';
import { requestSources } from './request-sources.ts';
import { saidRange } from './said-range.ts';

type Resolver = GraphQLFieldResolver<unknown, AskContext>;
type Shared = BehaviourArguments & { readonly atLeast?: string | null };
type FunnelArguments = Shared & { readonly steps: Parameters<typeof readFunnelSteps>[1]; readonly within: string };
type RetentionArguments = Shared & { readonly first?: WhereTree | null; readonly again?: WhereTree | null };
type PathsArguments = Shared & {
  readonly of: string;
  readonly length: number;
  readonly gap: string;
  readonly first: number;
};
type RepeatsArguments = Shared & { readonly upTo: number };

/** What users of a kind do over time: `transactionFunnel` and its like. */
export function behaviourResolvers(kind: KindModel, sources: AskSources): Readonly<Record<string, Resolver>> {
  const { funnel, retention, paths, repeats } = rootFieldsOf(kind);
  const resolver =
    <Args extends Shared, Value>(ask: (args: Args, context: AskContext) => Promise<ReadAnswer<Value>>): Resolver =>
    async (_source, args, context) => {
      await waitForAtLeast(args.atLeast, sources.progress, sources.waitDeadlineMs);
      const { value, version, ...stamp } = await ask(args as Args, context);
      context.reads.read({ version, ...stamp });
      return { ...value, asOf: asOf(context, kind, version, [RAW]) };
    };
  const of = (context: AskContext) => requestSources(sources, context);
  const questionOf = (args: BehaviourArguments, context: AskContext) =>
    readBehaviourQuestion(kind, args, {
      tenant: context.tenant,
      nowMs: requestNowMs(context, sources.clock, saidRange(args)),
    });
  return {
    [funnel]: resolver((args: FunnelArguments, context) =>
      answerFunnel(questionOf(args, context), readFunnelSteps(kind, args.steps), args.within, of(context)),
    ),
    [retention]: resolver(async (args: RetentionArguments, context) => {
      const question = questionOf(args, context);
      const answered = await answerRetention(question, readRetentionConditions(question, args), of(context));
      return { ...answered, value: retentionShape(kind, answered, context) };
    }),
    [paths]: resolver((args: PathsArguments, context) =>
      answerTopPaths(questionOf(args, context), { ...args, of: dimensionNamed(kind, args.of) }, of(context)),
    ),
    [repeats]: resolver((args: RepeatsArguments, context) =>
      answerRepeats(questionOf(args, context), args.upTo, of(context)),
    ),
  };
}

type Retention = Awaited<ReturnType<typeof answerRetention>>;

function retentionShape(kind: KindModel, { value, version }: Retention, context: AskContext) {
  const place = ({ startUs, endUs }: { readonly startUs: number; readonly endUs: number }) => ({
    start: dateTimeText(BigInt(startUs)),
    end: dateTimeText(BigInt(endUs)),
  });
  return {
    cohorts: value.cohorts.map((cohort) => ({
      ...cohort,
      ...place(cohort),
      returns: cohort.returns.map((seen) => ({
        ...seen,
        ...place(seen),
        final: final(context, kind, version, seen.endUs),
      })),
    })),
  };
}
