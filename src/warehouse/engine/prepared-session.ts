import type { EngineAnswer, EngineSession, InsertTarget, WrittenCounts } from './engine-session.ts';
import { inlineParameters } from './inline-parameters.ts';

/**
 * A session that runs each statement under exactly the settings and parameters of its own request, whatever ran on it before.
 *
 * The engine keeps what `SET` said for as long as the session lives. So this remembers what is set, and puts in front of a statement what is
 * different: nothing at all when requests are alike, which is the rule here. That serves every kind of statement alike (a SETTINGS clause
 * has another place in each, and some have none) and costs nothing; a new session for each request cost 0.4 ms, and while a long question runs the
 * engine cannot close any.
 *
 * Parameters that are not put in their places are set too, rather than bound by chdb's `queryBindAsync`: that one runs all bound statements of
 * the process one after another, so that a long question would hold up all short ones. A parameter cannot be unset; a statement that names one it did not bring
 * is refused here, so that it never sees another request's value.
 */
export class PreparedSession {
  /** By this the engine finds the statement that runs here, among all. */
  readonly mark: string;
  readonly #defaults: ReadonlyMap<string, string>;
  readonly #open: () => EngineSession;
  #session: EngineSession;
  /** What is set on the session now. */
  #settings: ReadonlyMap<string, string> = new Map();
  readonly #parametersEverSet = new Set<string>();

  /** `defaults` hold for every statement that does not set them itself. `mark` is this session's alone. */
  constructor(mark: string, defaults: ReadonlyMap<string, string>, open: () => EngineSession) {
    this.mark = mark;
    this.#defaults = defaults;
    this.#open = open;
    this.#session = open();
  }

  async query(statement: Statement): Promise<EngineAnswer> {
    if (this.#seesForeignParameter(statement)) this.renew();
    const settings = new Map([...this.#defaults, ...statement.settings, [MARK_SETTING, this.mark]]);
    const { sql, parameters } = inlineParameters(statement);
    const prefix = setWhatDiffers(this.#settings, settings, parameters);
    for (const name of parameters.keys()) this.#parametersEverSet.add(name);
    this.#settings = settings;
    const answer = await this.#guarded(() => this.#session.query(prefix + sql, statement.format));
    if (changesSession(statement.sql)) this.renew();
    return answer;
  }

  /** Settings of an insert stand in its own clause and end with it; what the session has beside them is taken back first. */
  async insert(target: InsertTarget, bytes: Uint8Array): Promise<WrittenCounts> {
    const keeps = (name: string) => target.settings.has(name) || this.#defaults.has(name) || name === MARK_SETTING;
    const foreign = [...this.#settings.keys()].filter((name) => !keeps(name));
    return this.#guarded(async () => {
      if (foreign.length > 0) {
        await this.#session.query(setStatement(foreign.map((name) => `${name} = DEFAULT`)), 'Null');
        this.#settings = new Map([...this.#settings].filter(([name]) => keeps(name)));
      }
      return this.#session.insert(target, bytes);
    });
  }

  close(): void {
    this.#session.close();
  }

  /** Forgets everything that was ever set. */
  renew(): void {
    const old = this.#session;
    this.#session = this.#open();
    this.#settings = new Map();
    this.#parametersEverSet.clear();
    old.close();
  }

  /** After an error nobody knows which of the SETs in front took effect. Errors are rare; a new session is 0.1 ms. */
  async #guarded<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      this.renew();
      throw error;
    }
  }

  #seesForeignParameter(statement: Statement): boolean {
    if (this.#parametersEverSet.size === 0) return false;
    for (const [, name] of statement.sql.matchAll(PLACEHOLDER)) {
      if (name !== undefined && this.#parametersEverSet.has(name) && !statement.parameters.has(name)) return true;
    }
    return false;
  }
}

/** As many as may run at once for a purpose, named by it. */
export function preparedSessions(
  name: string,
  size: number,
  defaults: ReadonlyMap<string, string>,
  open: () => EngineSession,
): readonly PreparedSession[] {
  return Array.from({ length: size }, (_, index) => new PreparedSession(`${name} ${index}`, defaults, open));
}

/**
 * A setting that does nothing but be shown with the statement. (A comment in the statement itself would be lost where parameters are put
 * into it.) Set once in the life of a session, it costs nothing.
 */
export const MARK_SETTING = 'log_comment';

export interface Statement {
  readonly sql: string;
  /** What the answer is written in where the statement itself does not say. */
  readonly format: string;
  readonly settings: ReadonlyMap<string, string>;
  /** Values as ClickHouse's HTTP interface takes them: escaped as in TSV, \N is NULL. */
  readonly parameters: ReadonlyMap<string, string>;
}

export const SETTING_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Also finds what only looks like a placeholder, inside a string for instance: that costs a new session, never a wrong answer. */
const PLACEHOLDER = /\{\s*([A-Za-z_][A-Za-z0-9_]*)\s*:/g;

/** A statement that may leave something behind: SET, USE, temporary tables. Too many are found rather than too few, at 0.1 ms each. */
function changesSession(sql: string): boolean {
  return /\b(set|use|temporary)\b/i.test(sql);
}

function setWhatDiffers(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
  parameters: ReadonlyMap<string, string>,
): string {
  const reset = [...before.keys()].filter((name) => !after.has(name)).map((name) => `${name} = DEFAULT`);
  const changed = [...after].filter(([name, value]) => before.get(name) !== value).map(assignment);
  const bound = [...parameters].map(([name, value]) => assignment([`param_${name}`, value]));
  const changes = [...reset, ...changed, ...bound];
  return changes.length === 0 ? '' : `${setStatement(changes)};\n`;
}

function assignment([name, value]: readonly [string, string]): string {
  return `${name} = '${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function setStatement(changes: readonly string[]): string {
  return `SET ${changes.join(', ')}`;
}
