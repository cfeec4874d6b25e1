/** A number ready for the screen: the unit is drawn smaller than the value. */
export interface Formatted {
  value: string;
  unit: string;
}

/** Stands where a value is not known. Never a zero. */
export const DASH = '–';
/** The dash with no unit. */
export const absent: Formatted = { value: DASH, unit: '' };

const SIZES = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
const AMOUNTS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
const RATES = AMOUNTS.map((unit) => `${unit}/s`);

/** Memory and sizes: powers of 1024, three significant digits. */
export function bytes(n: number | null): Formatted {
  return scaled(n, 1024, SIZES);
}

/** Transferred bytes: powers of 1000, three significant digits. */
export function amount(n: number | null): Formatted {
  return scaled(n, 1000, AMOUNTS);
}

/** Bytes per second: powers of 1000, three significant digits. */
export function rate(n: number | null): Formatted {
  return scaled(n, 1000, RATES);
}

function scaled(n: number | null, base: number, units: readonly string[]): Formatted {
  if (n === null || !Number.isFinite(n)) return absent;
  let step = 0;
  let value = n;
  // 999.5 would be shown as 1000, so the next unit begins there.
  while (Math.abs(value) >= 999.5 && step < units.length - 1) {
    value /= base;
    step += 1;
  }
  return {
    value: step === 0 ? String(Math.round(value)) : significant(value),
    unit: units[step] ?? '',
  };
}

function significant(value: number): string {
  const size = Math.abs(value);
  if (size >= 99.95) return value.toFixed(0);
  return value.toFixed(size >= 9.995 ? 1 : 2);
}

/** A share in percent, one digit after the point. */
export function percent(n: number | null): Formatted {
  if (n === null || !Number.isFinite(n)) return absent;
  return { value: n.toFixed(1), unit: '%' };
}

const GROUPED = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A whole number with groups of three. */
export function count(n: number | null): string {
  return n === null || !Number.isFinite(n) ? DASH : GROUPED.format(n);
}

/** `1 process`, `2 processes`. */
export function counted(n: number, one: string, many: string = `${one}s`): string {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** A stretch of time in its two largest units: `41 d 6 h`, `2 h 14 m`, `3 m 5 s`, `4.2 s`. */
export function duration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds)) return DASH;
  if (seconds < 59.95) return `${seconds < 10 ? seconds.toFixed(1) : Math.floor(seconds)} s`;
  const whole = Math.floor(seconds + 0.05);
  if (whole < 3600) return `${Math.floor(whole / 60)} m ${whole % 60} s`;
  if (whole < 86_400) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} m`;
  return `${Math.floor(whole / 86_400)} d ${Math.floor((whole % 86_400) / 3600)} h`;
}

/** The time of day of a moment in Unix seconds, in the zone of the reader: `14:02:11`. */
export function clock(unixSeconds: number | null): string {
  if (unixSeconds === null || !Number.isFinite(unixSeconds)) return DASH;
  const moment = new Date(unixSeconds * 1000);
  return [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(twoDigits).join(':');
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}

/** Value and unit as one text, for labels that are read aloud. */
export function spoken({ value, unit }: Formatted): string {
  return unit === '' ? value : `${value} ${unit}`;
}
