import { type DocumentNode, type ExecutionResult, execute, type GraphQLSchema, Kind, print } from 'graphql';
import type { GatewayContext } from '../context.ts';
import type { FormatError } from './format-error.ts';
import type { JudgedSubscription } from './hand-over-subscriptions.ts';
import { type KeptResult, RecentResults } from './recent-results.ts';
import { type Rendered, renderResult } from './rendered.ts';
import { type CursorPlace, cursorPlace } from './resumed-subscription.ts';
import { sharedForm } from './shared-form.ts';

interface RenderingSources {
  readonly schema: GraphQLSchema;
  /** What an update is rendered with: nothing of the one who happens to be first but its tenant. */
  readonly contextOf: (tenant: string) => GatewayContext;
  readonly formatError: FormatError;
}

export interface RenderedSubscription extends JudgedSubscription {
  readonly tenant: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/**
 * Turns updates into bytes, once for all that read the same with the same words. What makes two readers equal is the tenant, the operation with
 * its fragments, and the variables in it; what makes two updates equal is that they are one object.
 */
export class SharedRenderings {
  readonly #sources: RenderingSources;
  readonly #open = new Map<string, Rendering>();
  readonly #recent = new RecentResults();
  readonly #documents = new WeakMap<JudgedSubscription['operation'], NamedDocument>();

  constructor(sources: RenderingSources) {
    this.#sources = sources;
  }

  /** Close what it returns at the end of the reading. */
  open(subscription: RenderedSubscription): SharedRendering {
    const { document, text, place } = this.#documentOf(subscription);
    const { tenant } = subscription;
    const variables = variablesIn(document, subscription.variables);
    const name = JSON.stringify([tenant, text, variables]);
    let rendering = this.#open.get(name);
    if (rendering === undefined) {
      rendering = new Rendering(this.#recent, (update) => {
        return this.#execute({ document, place }, variables, tenant, update);
      });
      this.#open.set(name, rendering);
    }
    rendering.readers++;
    return { bytesOf: rendering.bytesOf, close: () => this.#leave(name) };
  }

  /** How many differ from each other. */
  get size(): number {
    return this.#open.size;
  }

  #leave(name: string): void {
    const rendering = this.#open.get(name);
    if (rendering !== undefined && --rendering.readers === 0) this.#open.delete(name);
  }

  #documentOf({ document, operation }: JudgedSubscription): NamedDocument {
    const known = this.#documents.get(operation);
    if (known !== undefined) return known;
    const shared = sharedForm(this.#sources.schema, document, operation);
    const place = cursorPlace(this.#sources.schema, operation);
    const named = { document: shared, text: print(shared), place };
    this.#documents.set(operation, named);
    return named;
  }

  /** What graphql-js does with each event of a source. */
  #execute(
    { document, place }: Pick<NamedDocument, 'document' | 'place'>,
    variableValues: Readonly<Record<string, unknown>>,
    tenant: string,
    rootValue: unknown,
  ): Rendered | Promise<Rendered> {
    const { schema, contextOf, formatError } = this.#sources;
    const render = (result: ExecutionResult) => renderResult(result, formatError, place);
    const result = execute({ schema, document, variableValues, rootValue, contextValue: contextOf(tenant) });
    return 'then' in result ? result.then(render) : render(result);
  }
}

interface SharedRendering {
  readonly bytesOf: (update: unknown) => Rendered | Promise<Rendered>;
  close(): void;
}

interface NamedDocument {
  readonly document: DocumentNode;
  readonly text: string;
  /** Of the cursor in its results. */
  readonly place: CursorPlace | null;
}

class Rendering {
  readers = 0;
  readonly #recent: RecentResults;
  readonly #render: (update: unknown) => Rendered | Promise<Rendered>;
  readonly #kept = new WeakMap<object, KeptResult>();
  readonly #pending = new WeakMap<object, Promise<Rendered>>();

  constructor(recent: RecentResults, render: (update: unknown) => Rendered | Promise<Rendered>) {
    this.#recent = recent;
    this.#render = render;
  }

  readonly bytesOf = (update: unknown): Rendered | Promise<Rendered> => {
    if (typeof update !== 'object' || update === null) return this.#render(update);
    const known = this.#kept.get(update)?.result ?? this.#pending.get(update);
    if (known !== undefined) return known;
    const rendered = this.#render(update);
    if (!(rendered instanceof Promise)) return this.#keep(update, rendered);
    const pending = rendered.then((result) => this.#keep(update, result)).finally(() => this.#pending.delete(update));
    this.#pending.set(update, pending);
    return pending;
  };

  #keep(update: object, result: Rendered): Rendered {
    this.#kept.set(update, this.#recent.keep(result));
    return result;
  }
}

/** Those that stand in the document, in its order, with the members of each in the order of their names. */
function variablesIn(
  { definitions }: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const inUse: [name: string, value: unknown][] = [];
  for (const definition of definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const { variable } of definition.variableDefinitions ?? []) {
      const name = variable.name.value;
      if (Object.hasOwn(variables, name)) inUse.push([name, sorted(variables[name])]);
    }
  }
  // Names are the client's: assigned one by one, `__proto__` would not become a member.
  return Object.fromEntries(inUse);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, member]) => [name, sorted(member)]),
  );
}
