import type { EventModel } from '../model/event-model.ts';
import type { NamedQuery } from './queries/named-queries.ts';

/** Addresses that belong together. Those that take events begin with POST. */
export interface FrontPageGroup {
  readonly title: string;
  readonly urls: readonly string[];
}

export interface FrontPageSources {
  readonly model: EventModel;
  readonly queries: readonly NamedQuery[];
}

/** What is here, for whoever asks `/` with curl. */
export function frontPage(sources: FrontPageSources, baseUrl: string): string {
  const groups = frontPageGroups(sources, baseUrl);
  return `Lakegate\n\n${groups.map(({ title, urls }) => `${title}\n${urls.map((url) => `  ${url}\n`).join('')}`).join('\n')}`;
}

export function frontPageGroups({ model, queries }: FrontPageSources, baseUrl: string): readonly FrontPageGroup[] {
  const kinds = model.kinds.map((kind) => kind.singular);
  return [
    { title: 'GraphQL', urls: [`${baseUrl}/graphql`] },
    { title: 'Send events', urls: kinds.map((kind) => `POST ${baseUrl}/ingest/${kind}`) },
    {
      title: 'Queries as files, in CSV, JSON and Parquet',
      urls: [`${baseUrl}/q`, ...queries.map(({ name }) => `${baseUrl}/q/${name}.csv`)],
    },
    { title: 'What an event looks like', urls: kinds.map((kind) => `${baseUrl}/schema/${kind}.json`) },
    { title: 'Health', urls: [`${baseUrl}/healthz`, `${baseUrl}/readyz`] },
    { title: 'Figures for Prometheus', urls: [`${baseUrl}/metrics`] },
    { title: 'Version', urls: [`${baseUrl}/version`] },
  ];
}
