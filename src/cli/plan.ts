import { parse, print } from 'graphql';
import { loadDeclarations } from '../model/declare/load-declarations.ts';
import { planWarnings } from '../model/declare/plan-warnings.ts';
import type { EventModel, KindModel } from '../model/event-model.ts';
import { hasSearch, hasUsers } from '../model/graphql/graphql-types.ts';
import { servedSdl } from '../model/graphql/served-schema.ts';
import { rootFieldsOf } from '../model/names.ts';
import { sqlAccess } from '../model/tables/sql-access.ts';
import { viewsFile } from '../model/tables/sql-views.ts';
import { tableDefinitions } from '../model/tables/tables.ts';

/** `lakegate plan [dir]`: what a folder of declarations becomes. BAD_DECLARATION with every mistake where it becomes nothing. */
export function planCommand(options: { readonly schemaDir: string; readonly sqlAccess?: boolean }): string {
  const model = loadDeclarations(options.schemaDir);
  return options.sqlAccess === true ? sqlAccess(model) : renderPlan(model);
}

/** Kind by kind: where its events go in and come out, what to think of before starting, the generated GraphQL and the SQL. */
export function renderPlan(model: EventModel): string {
  const [first] = model.kinds;
  if (first === undefined) return 'no kinds\n';
  return model.kinds.map((kind) => renderKind(kind, model)).join('\n');
}

function renderKind(kind: KindModel, model: EventModel): string {
  const sections = [
    title(kind),
    overview(kind),
    warnings(kind),
    section('GraphQL', print(parse(servedSdl(kind, model)))),
    ...[...tableDefinitions(kind), viewsFile(kind)].map(({ path, sql }) =>
      section(`clickhouse/${path}`, sql.trimEnd()),
    ),
  ];
  return sections
    .filter((text) => text !== '')
    .join('\n\n')
    .concat('\n');
}

function title(kind: KindModel): string {
  const heading = `${kind.typeName} (${kind.kind})`;
  const description = kind.description === null ? '' : `\n${kind.description}`;
  return `${heading}\n${'='.repeat(heading.length)}${description}`;
}

function overview(kind: KindModel): string {
  const roots = rootFieldsOf(kind);
  const rows: readonly (readonly [string, string])[] = [
    ['send', `mutation ${roots.ingest}, POST /ingest/${kind.singular}`],
    ['ask', `query ${roots.one}, ${roots.many}, ${roots.metrics}`],
    ['users', users(kind)],
    ...(hasSearch(kind) ? [['search', `query ${roots.search}`] as const] : []),
    ['JSON Schema', `GET /schema/${kind.singular}.json`],
    ['topic', kind.from === null ? kind.plural : `${kind.plural}, reading ${kind.from} too`],
    ['key', kind.keyField],
    ['id', kind.idFields.join(' + ')],
    ['time', kind.timeField],
    ['raw kept', kind.keepRaw ?? 'for ever'],
    ['group by', kind.dimensions.map((field) => field.name).join(', ')],
    ['measure', kind.measures.map((measure) => measure.name).join(', ')],
    ...kind.rollups.map(
      ({ by, grains }) =>
        ['rollup', `${by.map((field) => field.name).join(', ') || 'totals'} at ${grains.join(', ')}`] as const,
    ),
  ];
  return rows.map(([name, value]) => `  ${name.padEnd(12)} ${value}`).join('\n');
}

function users(kind: KindModel): string {
  const { funnel, retention, paths, repeats } = rootFieldsOf(kind);
  if (hasUsers(kind)) return `query ${funnel}, ${retention}, ${paths}, ${repeats}`;
  return `none: with a key of type ID there are ${funnel}, ${retention}, ${paths}, ${repeats}`;
}

function warnings(kind: KindModel): string {
  return planWarnings(kind)
    .map((warning) => `  ! ${warning}`)
    .join('\n');
}

function section(name: string, text: string): string {
  return `--- ${name} ${'-'.repeat(Math.max(3, 100 - name.length))}\n\n${text}`;
}
