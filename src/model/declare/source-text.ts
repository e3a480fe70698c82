import type { ASTNode } from 'graphql';

/** A definition as it was written, description and comments included. */
export function sourceText(node: ASTNode): string {
  return node.loc === undefined ? '' : node.loc.source.body.slice(node.loc.start, node.loc.end);
}
