import { describe, expect, test } from 'vitest';
import { loadDeclarations } from '../../src/model/declare/load-declarations.ts';
import { builtInJobs } from '../../src/processor/jobs/index.ts';
import type { JobEvent, Output } from '../../src/processor/operator.ts';
import { compiled } from '../support/compiled.ts';
import { driveOperator, type Emitted, type Happening, stream } from './drive-operator.ts';

const SAMPLES = loadDeclarations(new URL('../../schema/events', import.meta.url).pathname);

describe('two-large-payments', () => {
  const alerts = (...payments: readonly Paid[]) => alertsOf('two-large-payments', payments);

  test('two payments over 1000 in a row raise an alert that carries both and says their amounts', () => {
    const [alert] = raised('two-large-payments', streamOf([paid(0, '1500.00'), paid(252, '1000.0001')]));
    expect(alert?.events.map(({ id, members }) => [id, members.amount])).toEqual([
      ['t0', '1500.00'],
      ['t1', '1000.0001'],
    ]);
    expect(alert?.reason).toBe(
      'two payments over 1000 in a row, 1500.00 EUR and 1000.0001 EUR, 4m 12s apart (at most 10m)',
    );
    expect(alert?.matchedAtUs).toBe(START_US + 252 * SECOND_US);
  });

  test('exactly 1000 is not over 1000, however it is written', () => {
    expect(alerts(paid(0, '1500'), paid(60, '1000'))).toEqual([]);
    expect(alerts(paid(0, '1000.0000'), paid(60, '1500'))).toEqual([]);
    expect(alerts(paid(0, 1000), paid(60, 1500), paid(90, 1000.0001))).toEqual(['t1 t2']);
  });

  test('exactly 10 minutes apart is within 10 minutes, a microsecond more is not', () => {
    expect(alerts(paid(0, '1500'), paid(600, '1500'))).toEqual(['t0 t1']);
    expect(alerts(paid(0, '1500'), paid(600.000001, '1500'))).toEqual([]);
  });

  test('three in a row are two alerts', () => {
    expect(alerts(paid(0, '1500'), paid(60, '1500'), paid(120, '1500'))).toEqual(['t0 t1', 't1 t2']);
  });

  test('a smaller payment between two large ones parts them', () => {
    expect(alerts(paid(0, '1500'), paid(60, '5'), paid(120, '1500'))).toEqual([]);
  });

  test('a declined or a refunded payment is left out before neighbours are looked for', () => {
    expect(alerts(paid(0, '1500'), { ...paid(60, '5'), status: 'DECLINED' }, paid(120, '1500'))).toEqual(['t0 t2']);
    expect(alerts(paid(0, '1500'), { ...paid(60, '2000'), status: 'REFUNDED' }, paid(120, '1500'))).toEqual(['t0 t2']);
  });

  test('payments at the same time are neighbours in the order of their ids, whichever came first', () => {
    const small = { ...paid(60, '5'), id: 'b' };
    const large = [
      { ...paid(60, '1500'), id: 'a' },
      { ...paid(60, '1500'), id: 'c' },
    ] as const;
    expect(alerts(large[1], small, large[0])).toEqual([]);
    expect(alerts(large[1], { ...small, id: 'd' }, large[0])).toEqual(['a c']);
  });

  test('payments that come out of order within the disorder are neighbours as they happened', () => {
    expect(alerts(paid(9, '1500'), paid(0, '1500'), paid(5, '5'))).toEqual([]);
    expect(alerts(paid(9, '1500'), paid(5, '5'), paid(2, '1500'), paid(0, '1500'))).toEqual(['t3 t2']);
  });

  test('a payment exactly at the watermark still has its place, one a microsecond before it is listed as late and in no alert', () => {
    const inTime = outputsOf('two-large-payments', streamOf([paid(0, '1500'), paid(11, '5'), paid(1, '1500')]));
    expect(idsOf(inTime)).toEqual(['t0 t2']);
    const late = outputsOf('two-large-payments', streamOf([paid(0, '1500'), paid(11, '5'), paid(0.999999, '1500')]));
    expect(idsOf(late)).toEqual([]);
    expect(late.map(({ output }) => output)).toEqual([
      {
        stream: 'late',
        record: {
          event: expect.objectContaining({ id: 't2', timeUs: START_US + 999_999 }),
          missedEndUs: START_US + SECOND_US,
          corrected: false,
        },
      },
    ]);
  });

  test('an alert is told as soon as the watermark has passed its last payment, and not before', () => {
    const payments = streamOf([paid(0, '1500'), paid(60, '1500')]).slice(0, -1);
    const at = (us: number) => [...payments, { watermarkUs: START_US + 60 * SECOND_US + us }];
    expect(idsOf(outputsOf('two-large-payments', at(0)))).toEqual([]);
    expect(idsOf(outputsOf('two-large-payments', at(1)))).toEqual(['t0 t1']);
  });

  test('what comes after the last payment of an alert does not hold it back', () => {
    const payments = streamOf([paid(0, '1500'), paid(60, '1500'), paid(65, '5')]).slice(0, -1);
    const watermarkUs = START_US + 60 * SECOND_US + 1;
    expect(idsOf(outputsOf('two-large-payments', [...payments, { watermarkUs }]))).toEqual(['t0 t1']);
  });

  test('two tenants with the same user id are two users', () => {
    const payments = [
      { ...paid(0, '1500'), tenant: 'a' },
      { ...paid(60, '1500'), tenant: 'b' },
    ];
    expect(alerts(...payments)).toEqual([]);
    const ids = ['a', 'b'].map((tenant) => {
      const [alert] = raised('two-large-payments', streamOf([paid(0, '1500'), paid(60, '1500')], tenant));
      return alert?.id;
    });
    expect(new Set(ids).size).toBe(2);
  });

  test('the same payments raise an alert of the same id, in whatever order they came', () => {
    const there = raised('two-large-payments', streamOf([paid(0, '1500', 'x'), paid(5, '1500', 'y')]));
    const back = raised('two-large-payments', streamOf([paid(5, '1500', 'y'), paid(0, '1500', 'x')]));
    expect(there[0]?.id).toMatch(/^[\w-]{20}$/);
    expect(back[0]?.id).toBe(there[0]?.id);
  });
});

describe('many-payments', () => {
  const every = (seconds: number, count: number) => Array.from({ length: count }, (_, at) => paid(at * seconds, '5'));

  test.each([
    [9, 0],
    [10, 1],
    [19, 1],
    [20, 2],
  ])('%i payments in a minute are %i alerts', (payments, alerts) => {
    expect(alertsOf('many-payments', every(1, payments))).toHaveLength(alerts);
  });

  test('ten payments may take exactly a minute', () => {
    const spread = (last: number) => [...every(1, 9), paid(last, '5')];
    expect(alertsOf('many-payments', spread(60))).toHaveLength(1);
    expect(alertsOf('many-payments', spread(60.000001))).toHaveLength(0);
  });

  test('declined ones count', () => {
    const payments = every(1, 10).map((payment) => ({ ...payment, status: 'DECLINED' }));
    expect(alertsOf('many-payments', payments)).toHaveLength(1);
  });
});

describe('card-testing', () => {
  const alerts = (...payments: readonly Paid[]) => alertsOf('card-testing', payments);
  const small = (second: number) => ({ ...paid(second, '1.99'), status: 'DECLINED' });

  test('three payments under 2 or more, and then one over 500, are one alert of all of them', () => {
    expect(alerts(small(0), small(60), small(120), paid(180, '500.01'))).toEqual(['t0 t1 t2 t3']);
    expect(alerts(small(0), small(1), small(2), small(3), paid(180, '900'))).toEqual(['t0 t1 t2 t3 t4']);
    const [alert] = raised('card-testing', streamOf([small(0), small(60), small(120), paid(180, '900')]));
    expect(alert?.reason).toBe('3 payments under 2, then one of 900 EUR (over 500), in 3m (within 1h)');
  });

  test('two are not enough, 2 is not under 2, 500 is not over 500', () => {
    expect(alerts(small(0), small(60), paid(180, '900'))).toEqual([]);
    expect(alerts(small(0), small(60), paid(120, '2'), paid(180, '900'))).toEqual([]);
    expect(alerts(small(0), small(60), small(120), paid(180, '500'))).toEqual([]);
  });

  test('others may lie between, and a big one that was declined is one of them', () => {
    const declined = { ...paid(130, '900'), status: 'DECLINED' };
    expect(alerts(small(0), paid(30, '50'), small(60), small(120), declined, paid(180, '900'))).toEqual([
      't0 t2 t3 t5',
    ]);
  });

  test('it begins with the first small payment that is at most an hour before the big one', () => {
    const last = paid(3600, '900');
    expect(alerts(small(0), small(1), small(2), small(3), last)).toEqual(['t0 t1 t2 t3 t4']);
    expect(alerts(small(0), small(1), small(2), small(3), { ...last, second: 3600.5 })).toEqual(['t1 t2 t3 t4']);
  });

  test('hundreds of small payments in an hour are remembered within bounds, and what was given up is told', () => {
    const flood = Array.from({ length: 200 }, (_, at) => small(at));
    const [alert] = raised('card-testing', streamOf([...flood, paid(200, '900')]));
    expect(alert?.events.length).toBeLessThan(150);
    expect(alert?.reason).toMatch(/\(before it \d+ older attempts of this key were given up: too many at once\)$/);
  });
});

describe('two-countries', () => {
  const alerts = (...payments: readonly Paid[]) => alertsOf('two-countries', payments);
  const from = (country: string | null, second: number): Paid => ({ ...paid(second, '5'), country });

  test('two payments in a row from different countries at most an hour apart are an alert', () => {
    expect(alerts(from('DE', 0), from('FR', 3600), from('FR', 3700), from('DE', 3800))).toEqual(['t0 t1', 't2 t3']);
    expect(alerts(from('DE', 0), from('FR', 3600.000001))).toEqual([]);
    const [alert] = raised('two-countries', streamOf([from('DE', 0), from('FR', 600)]));
    expect(alert?.reason).toBe('a payment in DE and 10m later one in FR (within 1h)');
  });

  test('one without a country is not there', () => {
    expect(alerts(from('DE', 0), from(null, 60), from('FR', 120))).toEqual(['t0 t2']);
    expect(alerts(from('DE', 0), from(null, 60), from('DE', 120))).toEqual([]);
  });
});

describe('unusual-amount', () => {
  const alerts = (...payments: readonly Paid[]) => alertsOf('unusual-amount', payments);
  const usual = (count: number) => Array.from({ length: count }, (_, at) => paid(at, '10.01'));

  test('more than ten times the average of five payments is unusual, exactly ten times is not', () => {
    expect(alerts(...usual(5), paid(60, '100.1'))).toEqual([]);
    expect(alerts(...usual(5), paid(60, '100.1001'))).toEqual(['t5']);
    expect(alerts(...usual(4), paid(60, '9000'))).toEqual([]);
    const [alert] = raised('unusual-amount', streamOf([...usual(5), paid(60, '900')]));
    expect(alert?.reason).toBe(
      '900 EUR is over 10 times 10.01 EUR, the average of the payments before it, of which there are 5',
    );
  });

  test('it counts for the next one, in the order of time', () => {
    expect(alerts(...usual(5), paid(60, '900'), paid(61, '901'))).toEqual(['t5']);
    expect(alerts(...usual(5), paid(61, '901'), paid(60, '900'))).toEqual(['t6']);
  });

  test('currencies are averaged apart', () => {
    expect(alerts(...usual(5), { ...paid(60, '9000'), currency: 'JPY' })).toEqual([]);
  });

  test('sums stay exact where doubles do not', () => {
    const large = Array.from({ length: 5 }, (_, at) => paid(at, at === 0 ? '9999999.9999' : '0.0001'));
    // The five are 10000000.0003 together, so ten times their average is 20000000.0006.
    expect(alerts(...large, paid(60, '20000000.0006'))).toEqual([]);
    expect(alerts(...large, paid(60, '20000000.0007'))).toEqual(['t5']);
  });
});

test('the rules are there only where payments are declared with what they need', () => {
  const names = (model: typeof SAMPLES) => builtInJobs(model).map(({ name }) => name);
  expect(names(SAMPLES)).toEqual(expect.arrayContaining(['two-large-payments', 'two-countries', 'player-ratings']));
  const own = compiled(
    'type Transaction @event(key: "userId") { id: ID! userId: ID! amount: Int! occurredAt: DateTime! }',
  );
  expect(names(own)).toEqual([]);
});

interface Paid {
  readonly tenant?: string;
  readonly id?: string;
  readonly second: number;
  readonly amount: string | number;
  readonly currency: string;
  readonly status: string;
  readonly country: string | null;
}

const START_US = Date.parse('2026-11-21T12:00:00Z') * 1000;
const SECOND_US = 1_000_000;

function paid(second: number, amount: string | number, id?: string): Paid {
  return { second, amount, currency: 'EUR', status: 'CAPTURED', country: 'DE', ...(id === undefined ? {} : { id }) };
}

function streamOf(payments: readonly Paid[], tenant = 'default'): readonly Happening[] {
  return stream(
    payments.map((payment, at): Partial<JobEvent> => {
      const { second, tenant: own, id = `t${at}`, ...members } = payment;
      return {
        tenant: own ?? tenant,
        id,
        timeUs: START_US + Math.round(second * SECOND_US),
        members: { ...members, id },
      };
    }),
  );
}

function outputsOf(name: string, happenings: readonly Happening[]): readonly Emitted[] {
  const job = builtInJobs(SAMPLES).find((each) => each.name === name);
  if (job === undefined) throw new Error(`expected a job ${name}`);
  const where = job.sources[0]?.where ?? null;
  const taken = happenings.map((each) => ('id' in each && where?.(each) === false ? quiet(each) : each));
  return driveOperator(job.operator, taken).outputs;
}

/** What a job leaves out is as if it had not been there; only the watermark it met goes on. */
function quiet({ watermarkUs }: JobEvent): Happening {
  return { watermarkUs };
}

function alertsOf(name: string, payments: readonly Paid[]): readonly string[] {
  return idsOf(outputsOf(name, streamOf(payments)));
}

function raised(name: string, happenings: readonly Happening[]): readonly AlertRecord[] {
  return outputsOf(name, happenings).flatMap(({ output }) => (output.stream === 'alerts' ? [output.record] : []));
}

type AlertRecord = Extract<Output, { stream: 'alerts' }>['record'];

function idsOf(outputs: readonly Emitted[]): readonly string[] {
  return outputs.flatMap(({ output }) =>
    output.stream === 'alerts' ? [output.record.events.map(({ id }) => id).join(' ')] : [],
  );
}
