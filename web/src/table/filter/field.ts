import { FilterMistake } from './mistake';

/** What a field is measured in: decides which suffixes a value may have. */
export type Unit = 'bytes' | 'rate' | 'percent' | 'seconds' | 'milliseconds' | 'count' | 'text';

/** A field that a filter can name. Names and units are those of the hub's own filter. */
export interface FilterField<Row> {
  /** The API's name first, then what people type. */
  readonly names: readonly string[];
  readonly unit: Unit | 'flag';
  readonly read: (row: Row) => string | number | boolean | null;
}

/** What a table can be filtered by. */
export interface FilterSchema<Row> {
  /** What a row is called in a mistake, singular. */
  readonly rowName: string;
  readonly fields: readonly FilterField<Row>[];
  /** The texts a bare word is looked for in. */
  readonly words: readonly ((row: Row) => string | null)[];
  /** Names that stand for any of several fields, as `port` for the local and the remote one. */
  readonly either?: Readonly<Record<string, readonly string[]>>;
}

const EXAMPLES: Record<FilterField<never>['unit'], string> = {
  bytes: 'a size like 1.5GiB',
  rate: 'a rate like 2MB',
  percent: 'a percentage like 20',
  seconds: 'a time like 90s or 5min',
  milliseconds: 'a time like 20ms',
  count: 'a number like 100',
  text: 'a word, in quotes if it has spaces',
  flag: 'yes or no',
};

/** What a value of this unit looks like. */
export function exampleValue(unit: FilterField<never>['unit']): string {
  return EXAMPLES[unit];
}

/** The field of this name, in any case. */
export function findField<Row>(
  schema: FilterSchema<Row>,
  name: string,
): FilterField<Row> | undefined {
  const wanted = name.toLowerCase();
  return schema.fields.find((field) => field.names.includes(wanted));
}

/** Says that there is no such field, and which there are. */
export function unknownField<Row>(
  schema: FilterSchema<Row>,
  name: string,
  position: number,
): FilterMistake {
  const names = schema.fields.map((field) => field.names[1] ?? field.names[0]);
  const message = `a ${schema.rowName} has no field "${name}"`;
  return new FilterMistake(position, message, `fields are ${names.join(', ')}`);
}

const SECONDS: Readonly<Record<string, number>> = {
  us: 1e-6,
  µs: 1e-6,
  ms: 1e-3,
  s: 1,
  m: 60,
  min: 60,
  h: 3600,
  d: 86_400,
};

/** A number in the unit of the field it is compared with; null when it is not one. */
export function quantity(text: string, unit: Unit): number | null {
  const parts = /^([-+]?(?:\d+\.?\d*|\.\d+))(\D*)$/.exec(text);
  if (!parts) return null;
  const scale = factor((parts[2] ?? '').toLowerCase(), unit);
  return scale === null ? null : Number(parts[1]) * scale;
}

function factor(suffix: string, unit: Unit): number | null {
  if (suffix === '') return 1;
  if (unit === 'bytes') return byteFactor(suffix);
  if (unit === 'rate') return byteFactor(suffix.replace(/\/s$/, ''));
  if (unit === 'percent') return suffix === '%' ? 1 : null;
  if (unit === 'seconds') return SECONDS[suffix] ?? null;
  if (unit === 'milliseconds') return suffix in SECONDS ? (SECONDS[suffix] ?? 0) * 1e3 : null;
  return unit === 'count' ? power(suffix, 1000) : null;
}

/** A lone `K` or `M` of bytes counts in 1,024, as `ps` and `top` do. */
function byteFactor(suffix: string): number | null {
  if (suffix === 'b') return 1;
  if (suffix.endsWith('ib')) return power(suffix.slice(0, -2), 1024);
  if (suffix.endsWith('b')) return power(suffix.slice(0, -1), 1000);
  return power(suffix, 1024);
}

function power(prefix: string, step: number): number | null {
  const exponent = ['k', 'm', 'g', 't', 'p'].indexOf(prefix);
  return exponent < 0 ? null : step ** (exponent + 1);
}
