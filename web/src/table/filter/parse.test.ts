import { describe, expect, it } from 'vitest';
import type { FilterSchema } from './field';
import { quantity } from './field';
import { parseFilter } from './parse';

interface Row {
  name: string;
  user: string | null;
  cpu: number | null;
  rss: number | null;
  local: number;
  remote: number | null;
  kernel: boolean;
}

const SCHEMA: FilterSchema<Row> = {
  rowName: 'process',
  words: [(row) => row.name, (row) => row.user],
  either: { port: ['local_port', 'remote_port'] },
  fields: [
    { names: ['name'], unit: 'text', read: (row) => row.name },
    { names: ['username', 'user'], unit: 'text', read: (row) => row.user },
    { names: ['cpu_percent', 'cpu'], unit: 'percent', read: (row) => row.cpu },
    { names: ['memory_rss', 'rss'], unit: 'bytes', read: (row) => row.rss },
    { names: ['local_port'], unit: 'count', read: (row) => row.local },
    { names: ['remote_port'], unit: 'count', read: (row) => row.remote },
    { names: ['kernel'], unit: 'flag', read: (row) => row.kernel },
  ],
};

const NODE: Row = {
  name: 'Node worker.js',
  user: 'root',
  cpu: 42,
  rss: 2 * 1024 ** 3,
  local: 5432,
  remote: 80,
  kernel: false,
};

function passes(filter: string, change: Partial<Row> = {}): boolean {
  const parsed = parseFilter(filter, SCHEMA);
  if (parsed.mistake) throw parsed.mistake;
  return parsed.passes?.({ ...NODE, ...change }) ?? true;
}

function mistakeOf(filter: string): [position: number, message: string] {
  const { mistake } = parseFilter(filter, SCHEMA);
  return mistake ? [mistake.position, mistake.message] : [-1, ''];
}

describe('a filter', () => {
  it('passes everything when it is empty', () => {
    expect(parseFilter('  ', SCHEMA)).toEqual({ passes: null, mistake: null });
  });

  it('wants every word, in any case', () => {
    expect(passes('WORKER root')).toBe(true);
    expect(passes('worker nobody')).toBe(false);
    expect(passes('"node worker"')).toBe(true);
    expect(passes('worker.js')).toBe(true);
    expect(passes('workerxjs')).toBe(false);
  });

  it('compares fields by name and alias, with units', () => {
    expect(passes('cpu > 20 and user = ROOT')).toBe(true);
    expect(passes('cpu>42')).toBe(false);
    expect(passes('rss >= 2GiB')).toBe(true);
    expect(passes('rss > 2GiB')).toBe(false);
    expect(passes('name ~ work')).toBe(true);
    expect(passes('name !~ work')).toBe(false);
    expect(passes('user != root')).toBe(false);
  });

  it('takes port for either end', () => {
    expect(passes('port = 80')).toBe(true);
    expect(passes('port = 5432')).toBe(true);
    expect(passes('port = 81')).toBe(false);
    expect(passes('port != 80')).toBe(false);
  });

  it('binds not before and, and that before or', () => {
    expect(passes('not cpu > 50 and root')).toBe(true);
    expect(passes('nobody or cpu > 20')).toBe(true);
    expect(passes('nobody and cpu > 20 or root')).toBe(true);
    expect(passes('nobody and (cpu > 20 or root)')).toBe(false);
    expect(passes('not kernel')).toBe(true);
    expect(passes('kernel')).toBe(false);
  });

  it('never takes what is not known for a number', () => {
    expect(passes('cpu < 1', { cpu: null })).toBe(false);
    expect(passes('cpu = 0', { cpu: null })).toBe(false);
    expect(passes('cpu != 0', { cpu: null })).toBe(false);
    expect(passes('user ~ null', { user: null })).toBe(false);
  });
});

describe('a mistake', () => {
  it('says where it is and what is wrong', () => {
    expect(mistakeOf('cpuu > 20')).toEqual([0, 'a process has no field "cpuu"']);
    expect(mistakeOf('root and cpu >')).toEqual([14, 'a value for cpu_percent is expected']);
    expect(mistakeOf('cpu > many')).toEqual([6, '"many" is no value for cpu_percent']);
    expect(mistakeOf('name ~ "wor')).toEqual([7, 'the quote is not closed']);
    expect(mistakeOf('(root')).toEqual([5, 'a closing parenthesis is missing']);
    expect(mistakeOf('or root')).toEqual([0, '"or" has nothing before it']);
    expect(mistakeOf('root )')).toEqual([5, 'an operator is missing before this']);
  });

  it('is made of too much nesting, not of a full stack', () => {
    expect(mistakeOf('('.repeat(4000))[1]).toBe('too deeply nested');
    expect(mistakeOf('x'.repeat(4097))[1]).toBe('the filter is too long');
  });
});

describe('quantity', () => {
  it('understands the units of the hub', () => {
    expect(quantity('1.5GiB', 'bytes')).toBe(1_610_612_736);
    expect(quantity('2kB', 'bytes')).toBe(2000);
    expect(quantity('2K', 'bytes')).toBe(2048);
    expect(quantity('1MB/s', 'rate')).toBe(1e6);
    expect(quantity('20%', 'percent')).toBe(20);
    expect(quantity('2min', 'seconds')).toBe(120);
    expect(quantity('20ms', 'milliseconds')).toBeCloseTo(20);
  });

  it('refuses what is no number', () => {
    for (const text of ['', 'x', '1.2.3', '5q', '--1', 'Infinity', '1e9']) {
      expect(quantity(text, 'bytes'), text).toBeNull();
    }
    expect(quantity('5GiB', 'percent')).toBeNull();
  });
});
