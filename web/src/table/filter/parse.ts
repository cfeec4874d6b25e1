import {
  type FilterField,
  type FilterSchema,
  exampleValue,
  findField,
  quantity,
  unknownField,
} from './field';
import { type Operator, type Token, tokens } from './lexer';
import { FilterMistake } from './mistake';

/** Whether a row is shown. */
export type Passes<Row> = (row: Row) => boolean;

/** Deepest nesting of parentheses and `not`, as in the hub. */
const DEPTH_MAX = 64;

const EXAMPLE = 'for example: cpu > 20 and user = root';

/** Understands a filter, or says where it does not. An empty one is null: everything passes. */
export function parseFilter<Row>(
  text: string,
  schema: FilterSchema<Row>,
): { passes: Passes<Row> | null; mistake: FilterMistake | null } {
  try {
    return { passes: new Parser(tokens(text), schema, text.length).filter(), mistake: null };
  } catch (error) {
    if (error instanceof FilterMistake) return { passes: null, mistake: error };
    throw error;
  }
}

/** Words to a test of rows, by recursive descent: `or` is weaker than `and`, that than `not`. */
class Parser<Row> {
  private next = 0;
  private depth = 0;

  constructor(
    private readonly found: readonly Token[],
    private readonly schema: FilterSchema<Row>,
    private readonly end: number,
  ) {}

  filter(): Passes<Row> | null {
    if (this.found.length === 0) return null;
    const passes = this.any();
    if (this.peek()) throw this.mistake('an operator is missing before this', EXAMPLE);
    return passes;
  }

  private peek(): Token | undefined {
    return this.found[this.next];
  }

  private mistake(message: string, hint: string): FilterMistake {
    return new FilterMistake(this.peek()?.position ?? this.end, message, hint);
  }

  private takesKeyword(keyword: string): boolean {
    const token = this.peek();
    const isNext = token?.kind === 'word' && token.text.toLowerCase() === keyword;
    if (isNext) this.next += 1;
    return isNext;
  }

  private any(): Passes<Row> {
    const parts = [this.all()];
    while (this.takesKeyword('or')) parts.push(this.all());
    return anyOf(parts);
  }

  private all(): Passes<Row> {
    const parts = [this.one()];
    while (this.takesKeyword('and') || this.startsAnother()) parts.push(this.one());
    return allOf(parts);
  }

  /** Terms side by side mean `and`, as in `nginx cpu > 5`. */
  private startsAnother(): boolean {
    const token = this.peek();
    if (token?.kind === 'word') return token.text.toLowerCase() !== 'or';
    return token?.kind === 'quoted' || token?.kind === 'open';
  }

  private one(): Passes<Row> {
    if (this.depth === DEPTH_MAX) {
      throw this.mistake('too deeply nested', 'use fewer parentheses');
    }
    this.depth += 1;
    const passes = this.oneNested();
    this.depth -= 1;
    return passes;
  }

  private oneNested(): Passes<Row> {
    if (this.takesKeyword('not')) {
      const inner = this.one();
      return (row) => !inner(row);
    }
    const token = this.peek();
    if (!token || token.kind === 'operator' || token.kind === 'close') {
      throw this.mistake('a field or a word is expected', EXAMPLE);
    }
    this.next += 1;
    if (token.kind === 'open') return this.inParentheses();
    return token.kind === 'quoted' ? this.contains(token.text) : this.afterWord(token);
  }

  private inParentheses(): Passes<Row> {
    const inner = this.any();
    if (this.peek()?.kind !== 'close') {
      throw this.mistake('a closing parenthesis is missing', 'add )');
    }
    this.next += 1;
    return inner;
  }

  private afterWord({ text, position }: { text: string; position: number }): Passes<Row> {
    if (/^(and|or)$/i.test(text)) {
      throw new FilterMistake(position, `"${text}" has nothing before it`, EXAMPLE);
    }
    const token = this.peek();
    const field = findField(this.schema, text);
    if (token?.kind !== 'operator') return field ? isSet(field) : this.contains(text);
    this.next += 1;
    const either = this.schema.either?.[text.toLowerCase()];
    if (either) return this.eitherField(either, token.operator);
    if (!field) throw unknownField(this.schema, text, position);
    return this.comparison(field, token.operator);
  }

  private eitherField(names: readonly string[], operator: Operator): Passes<Row> {
    const start = this.next;
    const parts = names.flatMap((name) => {
      this.next = start;
      const field = findField(this.schema, name);
      return field ? [this.comparison(field, operator)] : [];
    });
    return operator.startsWith('!') ? allOf(parts) : anyOf(parts);
  }

  private comparison(field: FilterField<Row>, operator: Operator): Passes<Row> {
    const token = this.peek();
    const hint = exampleValue(field.unit);
    if (token?.kind !== 'word' && token?.kind !== 'quoted') {
      throw this.mistake(`a value for ${field.names[0]} is expected`, hint);
    }
    const passes = comparing(field, operator, token.text);
    if (!passes) throw this.mistake(`"${token.text}" is no value for ${field.names[0]}`, hint);
    this.next += 1;
    return passes;
  }

  private contains(word: string): Passes<Row> {
    const wanted = containing(word);
    return (row) => this.schema.words.some((read) => wanted.test(read(row) ?? ''));
  }
}

function anyOf<Row>(parts: readonly Passes<Row>[]): Passes<Row> {
  return parts.length === 1 && parts[0] ? parts[0] : (row) => parts.some((part) => part(row));
}

function allOf<Row>(parts: readonly Passes<Row>[]): Passes<Row> {
  return parts.length === 1 && parts[0] ? parts[0] : (row) => parts.every((part) => part(row));
}

/** A field alone: known, and neither zero nor no nor empty. */
function isSet<Row>(field: FilterField<Row>): Passes<Row> {
  return (row) => Boolean(field.read(row));
}

/** A value that is not known holds no comparison, not even "is not". Null when `text` is none. */
function comparing<Row>(
  field: FilterField<Row>,
  operator: Operator,
  text: string,
): Passes<Row> | null {
  const { read, unit } = field;
  if (operator === '~' || operator === '!~') {
    const wanted = containing(text);
    return known(read, (value) => wanted.test(String(value)) === (operator === '~'));
  }
  if (unit === 'text') {
    const wanted = text.toLowerCase();
    return known(read, (value) => holds(String(value).toLowerCase(), operator, wanted));
  }
  const wanted = unit === 'flag' ? flag(text) : quantity(text, unit);
  if (wanted === null) return null;
  return known(read, (value) => holds(Number(value), operator, wanted));
}

function known<Row>(
  read: FilterField<Row>['read'],
  test: (value: string | number | boolean) => boolean,
): Passes<Row> {
  return (row) => {
    const value = read(row);
    return value !== null && test(value);
  };
}

function holds<T extends number | string>(value: T, operator: Operator, wanted: T): boolean {
  if (operator === '=') return value === wanted;
  if (operator === '!=') return value !== wanted;
  if (operator === '<') return value < wanted;
  if (operator === '<=') return value <= wanted;
  return operator === '>' ? value > wanted : value >= wanted;
}

function flag(text: string): number | null {
  if (/^(yes|true|1)$/i.test(text)) return 1;
  return /^(no|false|0)$/i.test(text) ? 0 : null;
}

/** In any case. An expression, because it is tried on every row and copies no text. */
function containing(word: string): RegExp {
  return new RegExp(word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'i');
}
