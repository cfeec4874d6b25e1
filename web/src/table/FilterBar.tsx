import { type KeyboardEvent, type ReactNode, useId, useRef } from 'react';
import { Icon } from '../ui/Icon';
import type { FilterMistake } from './filter/mistake';
import { useKeys } from './hotkeys';

interface Props {
  /** What is filtered, for screen readers: "processes". */
  subject: string;
  query: string;
  placeholder: string;
  mistake: FilterMistake | null;
  onQuery: (query: string) => void;
  /** Controls after the field. */
  children?: ReactNode;
  /** Controls before the field. */
  before?: ReactNode;
}

/** The bar over a table: the filter and what belongs to the table. */
export function FilterBar({
  subject,
  query,
  placeholder,
  mistake,
  onQuery,
  children,
  before,
}: Props) {
  const field = useRef<HTMLInputElement>(null);
  const mistakeId = useId();
  useKeys({ '/': () => field.current?.focus() });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== 'Escape') return;
    event.preventDefault();
    // The first Escape clears, the next one leaves.
    if (query === '') field.current?.blur();
    else onQuery('');
  };
  return (
    <div className="filter-bar">
      {before}
      <div className={`filter${mistake ? ' filter-mistaken' : ''}`} role="search">
        <Icon name="filter" />
        <input
          ref={field}
          type="text"
          value={query}
          placeholder={placeholder}
          onChange={(event) => onQuery(event.target.value)}
          onKeyDown={onKeyDown}
          aria-label={`Filter ${subject}`}
          aria-invalid={mistake !== null}
          aria-describedby={mistake ? mistakeId : undefined}
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
        />
        {query === '' ? (
          <kbd aria-hidden="true">/</kbd>
        ) : (
          <button
            type="button"
            className="filter-clear"
            aria-label="Clear the filter"
            onClick={() => onQuery('')}
          >
            <Icon name="close" />
          </button>
        )}
      </div>
      {children}
      {mistake ? <Mistake id={mistakeId} query={query} mistake={mistake} /> : null}
    </div>
  );
}

/** Says where the filter is not understood and what would be right. */
function Mistake({ id, query, mistake }: { id: string; query: string; mistake: FilterMistake }) {
  const before = query.slice(0, mistake.position);
  const from = query.slice(mistake.position) || ' ';
  return (
    <div className="filter-mistake" id={id} role="status">
      <Icon name="warning" />
      <span>
        <code>
          {before}
          <mark>{from}</mark>
        </code>{' '}
        At character {mistake.position + 1}: {mistake.message}; {mistake.hint}. The filter before it
        stays in force.
      </span>
    </div>
  );
}
