import { defineJob } from 'lakegate';

interface Payment {
  readonly country: string;
}

interface Known {
  readonly countries: readonly string[];
}

/** The first payment of a user in each country but their first one. What it remembers is as small as the countries somebody pays in. */
export default defineJob<Payment, Known>({
  name: 'first-abroad',
  kind: 'transaction',
  where: { country: { isNull: false } },
  allowedLateness: '1m',
  inOrder: {
    initially: () => ({ countries: [] }),
    onEvent({ country }, { countries }, { raise }) {
      if (countries.includes(country)) return { countries };
      if (countries.length > 0) raise(`the first payment in ${country}; before it ${countries.join(', ')}`);
      return { countries: [...countries, country] };
    },
  },
});
