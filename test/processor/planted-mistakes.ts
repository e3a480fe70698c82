/** One expression of the processor, made wrong. */
export interface PlantedMistake {
  readonly what: string;
  /** Below src/processor. */
  readonly file: string;
  readonly right: string;
  readonly wrong: string;
  /** The suite, below test/processor, in which a test must turn red. */
  readonly suite: string;
}

/** Every row is compared with what the oracle says. */
export const ORACLE = 'oracle/five-ways.test.ts';

export const PLANTED_MISTAKES: readonly PlantedMistake[] = [
  {
    what: 'a closed window is forgotten a microsecond too late',
    file: 'windows/fixed-windows.ts',
    right: 'if (endUs + measured.keptUs <= event.watermarkUs) continue;',
    wrong: 'if (endUs + measured.keptUs < event.watermarkUs) continue;',
    suite: 'windows.test.ts',
  },
  {
    what: 'an event that met exactly the end of its window is in time',
    file: 'windows/fixed-windows.ts',
    right: 'if (endUs <= event.watermarkUs) corrected = true;',
    wrong: 'if (endUs < event.watermarkUs) corrected = true;',
    suite: 'windows.test.ts',
  },
  {
    what: 'an event at exactly the end of a window belongs to it',
    file: 'windows/fixed-windows.ts',
    right: 'return Math.floor(timeUs / slideUs) * slideUs;',
    wrong: 'return Math.floor((timeUs - 1) / slideUs) * slideUs;',
    suite: 'windows.test.ts',
  },
  {
    what: 'late is judged by the time of processing',
    file: 'windows/fixed-windows.ts',
    right: 'else isInTime = true;',
    wrong: 'else isInTime = event.timeUs > Date.now() * 1000 - 10_000_000;',
    suite: 'windows.test.ts',
  },
  {
    what: 'exactly the gap still joins session windows, after the last event',
    file: 'windows/session-windows.ts',
    right: 'own.startUs < window.endUs && own.endUs > window.startUs',
    wrong: 'own.startUs <= window.endUs && own.endUs > window.startUs',
    suite: 'windows.test.ts',
  },
  {
    what: 'exactly the gap still joins session windows, before the first event',
    file: 'windows/session-windows.ts',
    right: 'own.startUs < window.endUs && own.endUs > window.startUs',
    wrong: 'own.startUs < window.endUs && own.endUs >= window.startUs',
    suite: 'windows.test.ts',
  },
  {
    what: 'a published window whose bounds changed is not taken back',
    file: 'windows/session-windows.ts',
    right: 'if (window.isPending) return;',
    wrong: 'if (window.startUs <= window.endUs) return;',
    suite: 'windows.test.ts',
  },
  {
    what: 'a correction is published under the same revision',
    file: 'windows/window-state.ts',
    right: 'revision: window.revision++, values }',
    wrong: 'revision: window.revision, values }',
    suite: 'windows.test.ts',
  },
  {
    what: 'a gap of exactly 30 minutes does not end a session',
    file: 'sessions/session.ts',
    right: 'timeUs > startUs - gapUs && timeUs < endUs + gapUs',
    wrong: 'timeUs > startUs - gapUs && timeUs <= endUs + gapUs',
    suite: 'sessions.test.ts',
  },
  {
    what: 'a late activity changes a closed session without a revision',
    file: 'sessions/session-operator.ts',
    right: '  session.revision++;\n  settle(',
    wrong: '  settle(',
    suite: 'sessions.test.ts',
  },
  {
    what: 'of pages visited at one time the greater id is first',
    file: 'sessions/page-visits.ts',
    right: 'a.timeUs === b.timeUs && a.id < b.id',
    wrong: 'a.timeUs === b.timeUs && a.id > b.id',
    suite: 'sessions.test.ts',
  },
  {
    what: 'every activity is a page view',
    file: 'sessions/session.ts',
    right: "if (fields.type !== 'PAGE_VIEW') return;",
    wrong: '',
    suite: 'sessions.test.ts',
  },
  {
    what: 'exactly 1000 is over 1000',
    file: 'jobs/two-large-payments.ts',
    right: "amount: { gt: '1000' }",
    wrong: "amount: { gte: '1000' }",
    suite: 'fraud-rules.test.ts',
  },
  {
    what: 'exactly the whole time is too long',
    file: 'patterns/attempts.ts',
    right: 'return first.event.timeUs + withinUs;',
    wrong: 'return first.event.timeUs + withinUs - 1;',
    suite: 'patterns/pattern-words.test.ts',
  },
  {
    what: 'after a match what began before its end goes on',
    file: 'patterns/attempts.ts',
    right: 'attempts: attempts.filter(({ first }) => first.number > last), matches',
    wrong: 'attempts, matches',
    suite: 'patterns/pattern-words.test.ts',
  },
  {
    what: 'of events at one time the greater id comes first',
    file: 'patterns/event-order.ts',
    right: 'if (a.id !== b.id) return a.id < b.id ? -1 : 1;',
    wrong: 'if (a.id !== b.id) return a.id < b.id ? 1 : -1;',
    suite: ORACLE,
  },
  {
    what: 'an event at exactly the watermark has missed its place',
    file: 'patterns/in-event-order.ts',
    right: 'if (event.timeUs < missedEndUs) {',
    wrong: 'if (event.timeUs <= missedEndUs) {',
    suite: ORACLE,
  },
  {
    what: 'an event has its turn while one at the same time may still come',
    file: 'patterns/in-event-order.ts',
    right: 'if (each.timeUs >= passedUs) break;',
    wrong: 'if (each.timeUs > passedUs) break;',
    suite: ORACLE,
  },
  {
    what: 'of several partitions, the one that is ahead says what has passed',
    file: 'patterns/in-event-order.ts',
    right: 'const passedUs = step.watermarkUs - latenessUs;',
    wrong: 'const passedUs = event.watermarkUs - latenessUs;',
    suite: 're-keyed.test.ts',
  },
  {
    what: 'of several partitions, the windows that are there say what is taken',
    file: 'windows/session-windows.ts',
    right: 'if (!takes(own.endUs) && (!comesInOrder || touched.length === 0)) {',
    wrong: 'if (!takes(own.endUs) && touched.length === 0) {',
    suite: 're-keyed.test.ts',
  },
  {
    what: 'what fits no step is as if it had not been there',
    file: 'patterns/automaton.ts',
    right: 'minds: states.some(({ strict }, number) => strict && number > 0),',
    wrong: 'minds: false,',
    suite: 'patterns/pattern-words.test.ts',
  },
  {
    what: 'nobody is woken on a quiet stream',
    file: 'runtime/job-task.ts',
    right: 'return this.#quietUs >= this.#timers.headUs;',
    wrong: 'return this.#quietUs < this.#timers.headUs - this.#timers.headUs;',
    suite: 'runtime.test.ts',
  },
  {
    what: 'the place in the input is not restored',
    file: 'runtime/job-task.ts',
    right: 'readMeta(state) ?? firstMeta(job.stateShape)',
    wrong: 'firstMeta(job.stateShape)',
    suite: 'runtime.test.ts',
  },
  {
    what: 'what a step that failed did to the state stays',
    file: 'runtime/job-task.ts',
    right: '    this.#keys.rolledBack();\n',
    wrong: '',
    suite: 'runtime.test.ts',
  },
  {
    what: 'a timer that was moved stays in the index too',
    file: 'runtime/timers.ts',
    right: 'if (fromUs !== null) transaction.put(indexKey({ timeUs: fromUs, place }), null);',
    wrong: '',
    suite: 'timers.test.ts',
  },
  {
    what: 'timers that were added beyond what is in memory are not there before the next step',
    file: 'runtime/timers.ts',
    right: 'for (const { timeUs, place } of beyond) this.add(timeUs, place);',
    wrong: '',
    suite: 'timers.test.ts',
  },
  {
    what: 'of members with one name the first counts',
    file: 'runtime/stored-fields.ts',
    right: 'while (this.#place >= 0 && foundNames[this.#place] !== this.name) this.#place--;',
    wrong: 'this.#place = foundNames.slice(0, foundCount).indexOf(this.name);',
    suite: 'stored-fields.test.ts',
  },
  {
    what: 'an event with fewer members is taken to be laid out as the one before',
    file: 'runtime/stored-fields.ts',
    right: 'if (count !== foundCount) layout++;',
    wrong: '',
    suite: 'stored-fields.test.ts',
  },
  {
    what: 'what was found of one event is taken for another',
    file: 'runtime/stored-fields.ts',
    right: 'if (foundFor !== fields) {',
    wrong: 'if (!isPlain) {',
    suite: 'stored-fields.test.ts',
  },
];
