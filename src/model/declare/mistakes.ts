import type { ASTNode } from 'graphql';
import { nearestName } from '../../platform/nearest-name.ts';
import type { Diagnostic } from '../event-model.ts';

/** Collects what is wrong with declarations, so that one run tells all of it. */
export class Mistakes {
  readonly #found: Diagnostic[] = [];

  add(
    at: ASTNode,
    mistake: { readonly expected: string; readonly got: string; readonly suggestion?: string | null },
  ): void {
    const token = at.loc?.startToken;
    this.#found.push({
      file: at.loc?.source.name ?? '(unknown)',
      line: token?.line ?? 1,
      column: token?.column ?? 1,
      expected: mistake.expected,
      got: mistake.got,
      suggestion: mistake.suggestion ?? null,
    });
  }

  /** A name that is not one of the allowed ones; the nearest of them is suggested. */
  unknownName(
    at: ASTNode,
    unknown: {
      readonly name: string;
      readonly what: string;
      readonly allowed: readonly string[];
      readonly prefix?: string;
    },
  ): void {
    const prefix = unknown.prefix ?? '';
    const nearest = nearestName(unknown.name, unknown.allowed);
    const list =
      unknown.allowed.length === 0 ? 'there is none' : unknown.allowed.map((name) => prefix + name).join(', ');
    this.add(at, {
      expected: `${unknown.what} (${list})`,
      got: prefix + unknown.name,
      suggestion: nearest === null ? null : prefix + nearest,
    });
  }

  addFound(diagnostic: Diagnostic): void {
    this.#found.push(diagnostic);
  }

  /** In the order a reader meets them. */
  all(): readonly Diagnostic[] {
    return [...this.#found].sort(
      (a, b) =>
        compareText(a.file, b.file) || a.line - b.line || a.column - b.column || compareText(a.expected, b.expected),
    );
  }
}

/** `transaction.graphql:4:3 expected a field of Transaction (id, userId), got usrId (did you mean userId?)` */
export function formatDiagnostic(found: Diagnostic): string {
  const suggestion = found.suggestion === null ? '' : ` (did you mean ${found.suggestion}?)`;
  return `${found.file}:${found.line}:${found.column} expected ${found.expected}, got ${found.got}${suggestion}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
