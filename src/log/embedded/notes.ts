import { NOTES_KEY, sealJson, unseal } from './state.ts';
import type { Tables } from './store.ts';
import { stateDamaged } from './topics.ts';
import type { Call } from './writer.ts';

/** All notes, in memory as they are on disk. They are few and small, so every change writes them all, under one checksum. */
export interface OpenNotes {
  durable: NoteMap;
  /** With the changes that are on their way to the disk. */
  coming: NoteMap;
}

/** Values in base64, as they are stored. */
type NoteMap = ReadonlyMap<string, string>;

export function loadNotes(tables: Tables): OpenNotes {
  const bytes = unseal(tables.state.get(NOTES_KEY));
  if (bytes === null) throw stateDamaged('its notes');
  const durable: NoteMap = new Map(JSON.parse(bytes.toString('utf8')) as readonly (readonly [string, string])[]);
  return { durable, coming: durable };
}

export function sealNotes(notes: NoteMap): Buffer {
  return sealJson([...notes]);
}

export function getNote(notes: OpenNotes, key: string): Uint8Array | null {
  const text = notes.durable.get(key);
  return text === undefined ? null : Buffer.from(text, 'base64');
}

/** The call that changes notes: it travels with the appends and becomes durable with them. */
export function changeNotes(
  notes: OpenNotes,
  entries: Readonly<Record<string, Uint8Array | null>>,
  resolve: () => void,
  reject: (error: unknown) => void,
): Call {
  let mine = notes.durable;
  return {
    bytes: 0,
    records: 1,
    join: (group) => {
      mine = changed(notes.coming, entries);
      notes.coming = mine;
      group.changes.push((tables) => tables.state.put(NOTES_KEY, sealNotes(mine)));
    },
    resolve: () => {
      notes.durable = mine;
      resolve();
    },
    reject,
  };
}

function changed(notes: NoteMap, entries: Readonly<Record<string, Uint8Array | null>>): NoteMap {
  const next = new Map(notes);
  for (const [key, value] of Object.entries(entries)) {
    if (value === null) next.delete(key);
    else next.set(key, Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'));
  }
  return next;
}
