import type { KindModel } from '../event-model.ts';
import { fieldRule } from './field-rule.ts';

/** An event as texts of its values, by the order of the declaration: as `ValidEvent.texts` has them. */
export interface CanonicalEvent {
  /**
   * Equal for events that say the same, whatever the spelling or the order of their members: what is hashed to tell a duplicate from a
   * conflict. Absent values are not in it, so a nullable field added to a declaration later changes no event that was sent before.
   */
  readonly contentOf: (texts: readonly (string | null)[]) => string;
  /** The members written anew, without braces, each as the warehouse stores it exactly. */
  readonly membersOf: (texts: readonly (string | null)[]) => string;
}

/** Texts hold no U+0000 (field rules refuse it), so it ends a value without a doubt. */
const END = '\0';

export function canonicalEvent(kind: KindModel): CanonicalEvent {
  const fields = kind.fields.map((field) => ({
    contentStart: `${field.name}=`,
    memberStart: `${JSON.stringify(field.name)}:`,
    json: fieldRule(field, field.name === kind.timeField).json,
  }));
  return {
    contentOf(texts) {
      let content = '';
      for (const [index, field] of fields.entries()) {
        const text = texts[index];
        if (text !== null && text !== undefined) content += field.contentStart + text + END;
      }
      return content;
    },
    membersOf(texts) {
      const members: string[] = [];
      for (const [index, field] of fields.entries()) {
        const text = texts[index];
        if (text !== null && text !== undefined) members.push(field.memberStart + field.json(text));
      }
      return members.join(',');
    },
  };
}
