import { concatAST, type DocumentNode, parse } from 'graphql';
import { readPanelSdl } from '../declare/schema-files.ts';
import type { EnumModel, EventModel, KindModel } from '../event-model.ts';
import { PANELS, panelKind } from '../panels.ts';
import { describe, fieldSdl, graphqlSections } from './graphql-types.ts';

/**
 * The whole schema that the gateway serves: the product's own part (the texts of schema/api), the declared types without their directives,
 * the served sections of what each kind generates, and the panels of the kinds that are there. One document that builds by itself.
 */
export function servedTypeDefs(model: EventModel, apiSdl: readonly string[]): DocumentNode {
  const generated = model.kinds.flatMap((kind) => [declaredTypeSdl(kind), servedSdl(kind, model)]);
  const enums = [...model.enums.values()].map(declaredEnumSdl);
  const panels = PANELS.filter((panel) => panelKind(model, panel) !== null).map(readPanelSdl);
  return concatAST([...apiSdl, ...generated, ...enums, ...panels].map((sdl) => parse(sdl, { noLocation: true })));
}

/** What one kind adds to the served schema, besides the type itself. */
export function servedSdl(kind: KindModel, model: EventModel): string {
  return Object.values(graphqlSections(kind, model)).join('\n');
}

/** The type as declared, without the directives: they are for the compiler, clients see what follows from them. */
function declaredTypeSdl(kind: KindModel): string {
  return `${describe(kind.description)}type ${kind.typeName} {
  ${kind.fields.map((field) => fieldSdl(kind, field)).join('\n  ')}
}`;
}

function declaredEnumSdl(declared: EnumModel): string {
  const values = declared.values.map((value) => describe(value.description) + value.name);
  return `${describe(declared.description)}enum ${declared.name} {
  ${values.join('\n  ')}
}`;
}
