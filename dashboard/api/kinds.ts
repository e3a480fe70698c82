import type { KindsQuery } from '../generated/operations.ts';

type KindInfo = NonNullable<KindsQuery['kinds']>[number];
export type Dimension = KindInfo['dimensions'][number];
export type Measure = KindInfo['measures'][number];

/** A declared kind, of the samples or a user's own, with the names that follow from its own. */
export interface Kind extends Omit<KindInfo, 'kind' | 'jsonSchema'> {
  /** LOG_LINE */
  readonly name: string;
  /** LogLine */
  readonly typeName: string;
  /** logLine: what its root fields begin with. */
  readonly singular: string;
  /** In the order of its declaration. */
  readonly fields: readonly Field[];
}

export interface Field {
  readonly name: string;
  readonly description: string | null;
  /** It has a time in it. */
  readonly isTime: boolean;
}

export function kindOf({ kind, jsonSchema, ...info }: KindInfo): Kind {
  const { title, properties } = jsonSchema as KindSchema;
  return {
    ...info,
    name: kind,
    typeName: title,
    singular: title.charAt(0).toLowerCase() + title.slice(1),
    fields: Object.entries(properties).map(([name, { description, format }]) => ({
      name,
      description: description ?? null,
      isTime: format === 'date-time',
    })),
  };
}

/** The parts of a kind's JSON Schema that are read here. */
interface KindSchema {
  readonly title: string;
  readonly properties: Readonly<Record<string, { readonly description?: string; readonly format?: string }>>;
}

/** userId → USER_ID, as the API spells dimensions and measures in arguments. */
export function enumName(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .toUpperCase();
}

/** Whether the kind is declared with all of these, be it the sample or one that looks like it: where not, a panel about them has no place. */
export function findKind(
  kinds: readonly Kind[],
  name: string,
  dimensions: readonly string[],
  measures: readonly string[],
): Kind | null {
  const kind = kinds.find((each) => each.name === name);
  if (kind === undefined) return null;
  const has = (named: readonly { readonly name: string }[], wanted: readonly string[]) =>
    wanted.every((each) => named.some(({ name: own }) => own === each));
  return has(kind.dimensions, dimensions) && has(kind.measures, measures) ? kind : null;
}
