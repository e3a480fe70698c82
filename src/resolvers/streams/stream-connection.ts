import type { StreamPage } from '../../analytics/streams/stream-page.ts';
import type { SelectedField } from '../selected-fields.ts';

/** A page of a stream, in the terms of Relay's connections. */
export function streamConnection<Node, Count>(
  { edges, hasMore, totalCount }: Omit<StreamPage<Node>, 'totalCount'> & { readonly totalCount: Count },
  after: string | null | undefined,
) {
  return {
    edges,
    nodes: edges.map(({ node }) => node),
    pageInfo: {
      hasNextPage: hasMore,
      hasPreviousPage: after !== null && after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    totalCount,
  };
}

/** Only what is asked for is read. */
export function streamSelection(fields: readonly SelectedField[]) {
  return {
    rows: fields.some(({ name }) => name === 'edges' || name === 'nodes' || name === 'pageInfo'),
    totalCount: fields.some(({ name }) => name === 'totalCount'),
  };
}

/** What is asked for of each node, by way of `nodes` or of `edges`. */
export function nodeFields(fields: readonly SelectedField[]): readonly SelectedField[] {
  return fields.flatMap((field) => {
    if (field.name === 'nodes') return field.fields();
    if (field.name !== 'edges') return [];
    return field
      .fields()
      .filter(({ name }) => name === 'node')
      .flatMap((node) => node.fields());
  });
}
