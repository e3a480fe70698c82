import type { FieldModel, KindModel } from '../event-model.ts';

/** What is indexed of a searchable field, and so what a search must ask for: another expression is not found in the index. */
export function searchedText(field: FieldModel): string {
  return `lowerUTF8(\`${field.name}\`)`;
}

/** Adds a text index for every searchable field to raw, also to a table that holds events already. Null where nothing is searched. */
export function textIndexSql(kind: KindModel, table: string): string | null {
  const fields = kind.fields.filter(({ searchable }) => searchable);
  if (fields.length === 0) return null;
  const statements = fields.flatMap((field) => [
    `ALTER TABLE ${table} ADD INDEX IF NOT EXISTS search_${field.name} ${searchedText(field)} TYPE text(tokenizer = splitByNonAlpha);`,
    `ALTER TABLE ${table} MATERIALIZE INDEX search_${field.name};`,
  ]);
  return `-- Which events hold which words: full text search reads only those that can match. Capitals make no difference.
${statements.join('\n')}
`;
}
