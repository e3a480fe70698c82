import fc from 'fast-check';
import { buildASTSchema, validateSchema } from 'graphql';
import { expect, test } from 'vitest';
import { renderPlan } from '../../src/cli/plan.ts';
import { compileDeclarations } from '../../src/model/declare/compile-declarations.ts';
import { readDeclarationFiles } from '../../src/model/declare/load-declarations.ts';
import { readApiSdl, SAMPLE_KINDS_DIR } from '../../src/model/declare/schema-files.ts';
import { servedTypeDefs } from '../../src/model/graphql/served-schema.ts';

/** The sample declarations as words, to be put together wrongly. */
const WORDS = readDeclarationFiles(SAMPLE_KINDS_DIR).flatMap(
  ({ text }) => text.match(/"""[\s\S]*?"""|"[^"]*"|\w+|\S/g) ?? [],
);

/** Words that may stand in one another's place as far as the grammar goes: texts, types and enum values, names, signs. */
const SORTS = [/^"/, /^[A-Z]/, /^\w/, /^\W/].map((sort) => WORDS.filter((word) => sort.test(word)));

const edit = fc
  .record({
    at: fc.nat(WORDS.length - 1),
    pick: fc.nat(),
    how: fc.constantFrom('drop', 'double', 'replace', 'replace'),
  })
  .map(({ at, pick, how }) => {
    const word = WORDS[at] ?? '';
    const alike = SORTS.find((sort) => sort.includes(word)) ?? [];
    const other = alike[pick % alike.length] ?? '';
    return { at, words: how === 'drop' ? [] : how === 'double' ? [word, word] : [other] };
  });

test('whatever the compiler accepts builds a valid schema and a plan, and it never throws', () => {
  let accepted = 0;
  const property = fc.property(fc.array(edit, { minLength: 1, maxLength: 2 }), (edits) => {
    const words = WORDS.map((word) => [word]);
    for (const { at, words: edited } of edits) words[at] = edited;
    const result = compileDeclarations([{ file: 'edited.graphql', text: words.flat().join(' ') }]);
    if (!result.ok) return;
    accepted++;
    expect(validateSchema(buildASTSchema(servedTypeDefs(result.model, readApiSdl())))).toEqual([]);
    expect(renderPlan(result.model)).toContain('CREATE TABLE');
  });
  fc.assert(property, { numRuns: 200 });
  expect(accepted).toBeGreaterThan(0);
});
