import { type FileHandle, open, readFile } from 'node:fs/promises';

/**
 * What a producer knows, on its own disk: every id before it is sent, every verdict when it came, both synced before going on. After a crash of
 * anything else this file says what must be there (acknowledged), what may be there (sent) and what must not (never sent).
 *
 * One line an event: `S <kind> <id>` before, `<verdict> <kind> <id>` after; ids as JSON text.
 */
export class ClientJournal {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(path: string): Promise<ClientJournal> {
    return new ClientJournal(await open(path, 'a'));
  }

  sending(kind: string, ids: readonly string[]): Promise<void> {
    return this.#write(ids.map((id) => `S ${kind} ${JSON.stringify(id)}\n`));
  }

  answered(kind: string, verdicts: readonly { readonly id: string; readonly verdict: string }[]): Promise<void> {
    return this.#write(verdicts.map(({ id, verdict }) => `${verdict} ${kind} ${JSON.stringify(id)}\n`));
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async #write(lines: readonly string[]): Promise<void> {
    if (lines.length === 0) return;
    await this.#file.appendFile(lines.join(''));
    await this.#file.datasync();
  }
}

interface JournalContents {
  readonly sent: ReadonlySet<string>;
  /** Answered ADMITTED or DUPLICATE: whoever was told so may rely on the event being counted. */
  readonly acknowledged: ReadonlySet<string>;
}

/** What a journal says of one kind. A last line that was cut off by a crash of the producer itself is left out. */
export async function readJournal(path: string, kind: string): Promise<JournalContents> {
  const sent = new Set<string>();
  const acknowledged = new Set<string>();
  const lines = (await readFile(path, 'utf8')).split('\n').slice(0, -1);
  for (const line of lines) {
    const [verdict = '', of = ''] = line.split(' ', 2);
    if (of !== kind) continue;
    const id: string = JSON.parse(line.slice(verdict.length + of.length + 2));
    if (verdict === 'S') sent.add(id);
    else if (verdict === 'ADMITTED' || verdict === 'DUPLICATE') acknowledged.add(id);
  }
  return { sent, acknowledged };
}
