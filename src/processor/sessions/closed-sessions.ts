import { StateReader, StateWriter } from '../state-bytes.ts';
import { readSession, type Session, writeSession } from './session.ts';

/**
 * The sessions of a user that are over and can still be corrected. Of most events they need only be known from outside: when the first is to be
 * forgotten, and that none of them lasts as long as to be touched. So they stay bytes until one is.
 */
export class ClosedSessions {
  readonly firstEndUs: number;
  readonly lastEndUs: number;
  #sessions: readonly Session[] | null;
  #encoded: Uint8Array | null;

  private constructor(held: {
    readonly firstEndUs: number;
    readonly lastEndUs: number;
    readonly sessions: readonly Session[] | null;
    readonly encoded: Uint8Array | null;
  }) {
    this.firstEndUs = held.firstEndUs;
    this.lastEndUs = held.lastEndUs;
    this.#sessions = held.sessions;
    this.#encoded = held.encoded;
  }

  /** In the order of their starts, which is that of their ends. Null for none. */
  static of(sessions: readonly Session[]): ClosedSessions | null {
    const first = sessions[0];
    const last = sessions.at(-1);
    if (first === undefined || last === undefined) return null;
    return new ClosedSessions({ firstEndUs: first.endUs, lastEndUs: last.endUs, sessions, encoded: null });
  }

  get sessions(): readonly Session[] {
    this.#sessions ??= decodeSessions(this.#encoded ?? new Uint8Array());
    return this.#sessions;
  }

  /**
   *   signed   end of the first in microseconds
   *   whole    how much later the last ends
   *   bytes    format, then the sessions (session.ts), each as bytes would be: they end with these
   */
  write(writer: StateWriter): void {
    this.#encoded ??= encodeSessions(this.#sessions ?? []);
    // Bytes again: as objects they take six times as much.
    this.#sessions = null;
    writer
      .signed(this.firstEndUs)
      .whole(this.lastEndUs - this.firstEndUs)
      .bytes(this.#encoded);
  }

  static read(reader: StateReader): ClosedSessions {
    const firstEndUs = reader.signed();
    const lastEndUs = firstEndUs + reader.whole();
    return new ClosedSessions({ firstEndUs, lastEndUs, sessions: null, encoded: reader.bytes() });
  }
}

function encodeSessions(sessions: readonly Session[]): Uint8Array {
  WRITER.begin(FORMAT).whole(sessions.length);
  for (const session of sessions) writeSession(session, WRITER);
  return WRITER.finish();
}

function decodeSessions(bytes: Uint8Array): readonly Session[] {
  const reader = new StateReader(bytes, FORMAT);
  return Array.from({ length: reader.whole() }, () => readSession(reader));
}

const FORMAT = 1;
/** Used from its `begin` to its `finish` without a pause. */
const WRITER = new StateWriter();
