import { FilterMistake } from './mistake';

/** How a field is compared with a value. */
export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | '~' | '!~';

export type Token =
  | { kind: 'word'; text: string; position: number }
  | { kind: 'quoted'; text: string; position: number }
  | { kind: 'operator'; operator: Operator; position: number }
  | { kind: 'open'; position: number }
  | { kind: 'close'; position: number };

/** Longest filter read, as in the hub. */
const LENGTH_MAX = 4096;

const OPERATORS: ReadonlyArray<[string, Operator]> = [
  ['==', '='],
  ['!=', '!='],
  ['!~', '!~'],
  ['<=', '<='],
  ['>=', '>='],
  ['=', '='],
  ['<', '<'],
  ['>', '>'],
  ['~', '~'],
];

/** Text to words, each with its position. */
export function tokens(text: string): Token[] {
  if (text.length > LENGTH_MAX) {
    throw new FilterMistake(LENGTH_MAX, 'the filter is too long', 'use at most 4096 characters');
  }
  const found: Token[] = [];
  let position = 0;
  while (position < text.length) {
    if (/\s/.test(text.charAt(position))) {
      position += 1;
      continue;
    }
    const [token, length] = tokenAt(text, position);
    found.push(token);
    position += length;
  }
  return found;
}

function tokenAt(text: string, position: number): [Token, number] {
  const first = text.charAt(position);
  if (first === '(') return [{ kind: 'open', position }, 1];
  if (first === ')') return [{ kind: 'close', position }, 1];
  if (first === '"' || first === "'") return quoted(text, position);
  const operator = OPERATORS.find(([sign]) => text.startsWith(sign, position));
  if (operator) {
    return [{ kind: 'operator', operator: operator[1], position }, operator[0].length];
  }
  // A `!` ends a word only where it begins an operator.
  const length = /^(?:(?!![=~])[^\s()=<>~"'])+/.exec(text.slice(position))?.[0].length ?? 1;
  return [{ kind: 'word', text: text.slice(position, position + length), position }, length];
}

function quoted(text: string, position: number): [Token, number] {
  const end = text.indexOf(text.charAt(position), position + 1);
  if (end < 0) {
    throw new FilterMistake(position, 'the quote is not closed', 'end it with the same quote');
  }
  const inner = text.slice(position + 1, end);
  return [{ kind: 'quoted', text: inner, position }, end + 1 - position];
}
