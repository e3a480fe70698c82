import type { FieldModel } from '../../model/event-model.ts';
import type { FieldMaker } from './pick.ts';

/** The event's time in its own field; another DateTime or Date field gets a time up to an hour before it. */
export class TimeMaker implements FieldMaker {
  readonly field: FieldModel;

  constructor(field: FieldModel) {
    this.field = field;
  }

  pick(_random: number, _index: number, timeUs: number): number {
    return timeUs;
  }

  fragment(pick: number): string {
    return `,"${this.field.name}":"${this.text(pick)}"`;
  }

  text(pick: number): string {
    const text = instantText(pick);
    return this.field.type === 'Date' ? text.slice(0, 10) : text;
  }
}

/** RFC 3339 in UTC with microseconds. The day's text is kept from call to call: events come in the order of time. */
function instantText(timeUs: number): string {
  const second = Math.floor(timeUs / 1_000_000);
  const micros = timeUs - second * 1_000_000;
  const day = Math.floor(second / 86_400);
  if (day !== lastDay) {
    lastDay = day;
    lastDayText = new Date(day * 86_400_000).toISOString().slice(0, 11);
  }
  const inDay = second - day * 86_400;
  const hour = Math.floor(inDay / 3600);
  const minute = Math.floor(inDay / 60) % 60;
  const milli = Math.floor(micros / 1000);
  return `${lastDayText}${two(hour)}:${two(minute)}:${two(inDay % 60)}.${three(milli)}${three(micros - milli * 1000)}Z`;
}

let lastDay = Number.NaN;
let lastDayText = '';

const TWO = Array.from({ length: 100 }, (_, at) => String(at).padStart(2, '0'));
const THREE = Array.from({ length: 1000 }, (_, at) => String(at).padStart(3, '0'));
const two = (value: number): string => TWO[value] ?? '';
const three = (value: number): string => THREE[value] ?? '';
