/** 14:05:09, in the time zone of whoever looks. */
export function clockText(time: string): string {
  return CLOCK.format(new Date(time));
}

/** 21 Nov, 14:05:09. */
export function momentText(time: string): string {
  return MOMENT.format(new Date(time));
}

/** 14:05 to 14:06, with seconds where they matter. */
export function windowText(start: string, end: string): string {
  const seconds = new Date(end).getTime() - new Date(start).getTime() < 60_000;
  const text = seconds ? CLOCK : HOURS;
  const day = new Date(end).getTime() - new Date(start).getTime() >= 86_400_000;
  return day ? DAY.format(new Date(start)) : `${text.format(new Date(start))}–${text.format(new Date(end))}`;
}

const HOURS = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const MOMENT = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
