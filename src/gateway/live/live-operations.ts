import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ApolloServer } from '@apollo/server';
import {
  createSourceEventStream,
  type FormattedExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { LakegateError } from '../../platform/errors.ts';
import type { Logger } from '../../platform/telemetry.ts';
import type { GatewayContext } from '../context.ts';
import { type FormatError, formatErrors } from './format-error.ts';
import type { SubscriptionHandOver } from './hand-over-subscriptions.ts';
import type { LiveTraffic } from './live-traffic.ts';
import { type Rendered, rendered } from './rendered.ts';
import { resumedSubscription } from './resumed-subscription.ts';
import { type RenderedSubscription, SharedRenderings } from './shared-renderings.ts';

export interface LiveOperationsOptions {
  readonly schema: GraphQLSchema;
  readonly apollo: ApolloServer<GatewayContext>;
  readonly handOver: SubscriptionHandOver;
  readonly contextOf: (bytes: Uint8Array | null, gone?: AbortSignal, tenant?: string) => GatewayContext;
  readonly traffic: LiveTraffic;
  readonly logger: Logger;
}

/** One operation of any sort, as a client sent it. */
export interface AskedOperation {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  /** As it came; null where it was no JSON. Asked for by who judges it: it need not live as long as the operation. */
  readonly bytes: () => Uint8Array | null;
  readonly onlySubscription?: boolean;
  /** The cursor of the last update that the client has, of a connection before this one: in the place of what the operation says. */
  readonly after?: string | null;
}

/** Gets each result. What it returns resolves when there is room for the next; nothing is read from the source before. */
export type TakeResult = (result: Rendered) => Promise<void> | undefined;

/** Nothing was answered, or no more is. */
export class RefusedOperation extends Error {
  readonly errors: readonly GraphQLFormattedError[];

  constructor(errors: readonly GraphQLFormattedError[]) {
    super(errors[0]?.message);
    this.errors = errors;
  }
}

/** Answers operations over whatever carries more than one result. It knows of no socket. */
export class LiveOperations {
  readonly #options: LiveOperationsOptions;
  readonly #formatError: FormatError;
  readonly #renderings: SharedRenderings;
  readonly #answers = new Set<Promise<unknown>>();

  constructor(options: LiveOperationsOptions) {
    const { schema, contextOf, logger } = options;
    this.#options = options;
    this.#formatError = formatErrors(logger);
    this.#renderings = new SharedRenderings({
      schema,
      formatError: this.#formatError,
      contextOf: (tenant) => contextOf(null, undefined, tenant),
    });
  }

  /** Resolves when everything is said, or `gone` aborted. Rejects with RefusedOperation and nothing else. */
  async answer(asked: AskedOperation, take: TakeResult, gone: AbortSignal): Promise<void> {
    const { traffic } = this.#options;
    if (traffic.operations >= OPERATIONS_MAX) throw this.refused(tooMany());
    traffic.operations++;
    try {
      await this.#answer(asked, this.#counted(take), gone);
    } catch (error) {
      throw error instanceof RefusedOperation ? error : this.refused(error);
    } finally {
      traffic.operations--;
    }
  }

  /** An error as a client may see it. */
  refused(error: unknown): RefusedOperation {
    return new RefusedOperation([this.#formatError(error)]);
  }

  /** Resolves when no query or mutation is being answered, those counted that come meanwhile. */
  async whenAnswered(): Promise<void> {
    while (this.#answers.size > 0) {
      await Promise.allSettled(this.#answers);
      // Until who waited for them has sent them.
      await nextTurn();
    }
  }

  #counted(take: TakeResult): TakeResult {
    const { traffic } = this.#options;
    return (result) => {
      traffic.results++;
      traffic.resultBytes += result.json.length;
      return take(result);
    };
  }

  async #answer(asked: AskedOperation, take: TakeResult, gone: AbortSignal): Promise<void> {
    const judged = await this.#judge(asked, gone);
    if ('document' in judged) await this.#read(judged, take, gone);
    // Who has gone may have given the id of this operation to another one.
    else if (!gone.aborted) await take(rendered(judged));
  }

  /** Executes a query or a mutation; a subscription is only looked at. */
  async #judge(asked: AskedOperation, gone: AbortSignal): Promise<FormattedExecutionResult | RenderedSubscription> {
    const { schema, contextOf, handOver } = this.#options;
    const { variables, after = null } = asked;
    const context = contextOf(asked.bytes(), gone);
    if (asked.onlySubscription === true) handOver.expectSubscription(context);
    const result = await this.#execute(asked, context);
    const subscription = handOver.handedOver(context);
    if (subscription !== null) {
      const resumed = after === null ? subscription : resumedSubscription(schema, subscription, after);
      return { ...resumed, variables, tenant: context.tenant };
    }
    if (!('data' in result)) throw new RefusedOperation(result.errors ?? []);
    return result;
  }

  async #execute({ query, operationName, variables }: AskedOperation, contextValue: GatewayContext) {
    const request = { query, variables, ...(operationName === undefined ? {} : { operationName }) };
    const answering = this.#options.apollo.executeOperation(request, { contextValue });
    this.#answers.add(answering);
    try {
      const { body } = await answering;
      if (body.kind !== 'single') throw new Error('expected one result, got parts of one');
      return body.singleResult;
    } finally {
      this.#answers.delete(answering);
    }
  }

  async #read(subscription: RenderedSubscription, take: TakeResult, gone: AbortSignal): Promise<void> {
    // Before the source is: what is thrown between opening that and reading it would leave it open.
    const rendering = this.#renderings.open(subscription);
    try {
      const source = await this.#subscribe(subscription, gone);
      await readAll(source, rendering.bytesOf, take, gone);
    } finally {
      rendering.close();
    }
  }

  async #subscribe(
    { document, operation, variables: variableValues, tenant }: RenderedSubscription,
    gone: AbortSignal,
  ): Promise<AsyncIterable<unknown>> {
    const operationName = operation.name?.value;
    const { schema, contextOf } = this.#options;
    const contextValue = contextOf(null, gone, tenant);
    const source = await createSourceEventStream({ schema, document, operationName, variableValues, contextValue });
    if (Symbol.asyncIterator in source) return source;
    throw new RefusedOperation((source.errors ?? []).map(this.#formatError));
  }
}

/** Some KiB each while nothing happens: 300 MiB at the most, twenty panels for each of 5,000 pages. */
const OPERATIONS_MAX = 100_000;

function tooMany(): LakegateError {
  const message = `expected at most ${OPERATIONS_MAX} operations at a time, this server has as many`;
  return new LakegateError({ code: 'OVERLOADED', message, retryAfterMs: 5_000 });
}

/** Asks for the next update when there is room for it, and for no more once the reader has gone. */
async function readAll(
  source: AsyncIterable<unknown>,
  bytesOf: (update: unknown) => Rendered | Promise<Rendered>,
  take: TakeResult,
  gone: AbortSignal,
): Promise<void> {
  const updates = source[Symbol.asyncIterator]();
  // Asked for each update: the signal itself takes its time to tell.
  let over = gone.aborted;
  const end = () => {
    over = true;
    updates.return?.().catch(() => {});
  };
  gone.addEventListener('abort', end);
  try {
    while (!over) {
      const { value, done } = await updates.next();
      if (done === true || over) return;
      const rendering = bytesOf(value);
      const result = rendering instanceof Promise ? await rendering : rendering;
      if (over) return;
      const room = take(result);
      if (room !== undefined) await room;
    }
  } finally {
    gone.removeEventListener('abort', end);
    await updates.return?.();
  }
}
