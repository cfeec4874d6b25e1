import '../../styles/processes.css';
import { type ReactNode, useState } from 'react';
import { useHostStore, useVersion } from '../../live/hooks';
import type { ProcessEntry } from '../../live/row';
import { GapsOfHost } from '../../table/Absent';
import { DensityChoice } from '../../table/DensityChoice';
import { useRowHeight } from '../../table/density';
import { FilterBar } from '../../table/FilterBar';
import { type Keys, useKeys } from '../../table/hotkeys';
import { useLiveRows } from '../../table/live';
import { NOTHING } from '../../table/selection';
import { TableLoading } from '../../table/TableLoading';
import { type TableView, useTableView } from '../../table/view';
import { VirtualTable } from '../../table/VirtualTable';
import { useNarrow } from '../../table/width';
import { type Actions, useActions } from './actions';
import {
  DEFAULT_SORT,
  PHONE_COLUMNS,
  PROCESS_COLUMNS,
  PROCESS_SORT_KEYS,
  processRowClass,
  processRowName,
} from './columns';
import { DetailPanel } from './DetailPanel';
import { NoMatch } from './NoMatch';
import { type Opened, useOpened } from './opened';
import { PhoneSort } from './PhoneSort';
import { PROCESS_SCHEMA } from './schema';
import { TableFoot } from './TableFoot';
import { useTicks } from './ticks';

const PHONE_ROW = 52;

/** All processes of the host, live. */
export function ProcessesPage(): ReactNode {
  const store = useHostStore();
  const version = useVersion();
  const view = useTableView(PROCESS_SORT_KEYS, DEFAULT_SORT);
  const narrow = useNarrow();
  const rowHeight = useRowHeight();
  const [held, setHeld] = useState(false);
  const [focused, setFocused] = useState<ProcessEntry | null>(null);
  const [follows, setFollows] = useState(false);
  const { query, sort, openId } = view;
  const columns = PROCESS_COLUMNS;
  const table = store.processes;
  const source = { table, version, columns, schema: PROCESS_SCHEMA, query, sort, held };
  const { rows, total, mistake } = useLiveRows(source);
  const ticks = useTicks(table, version);
  const opened = useOpened(table, openId);
  const actions = useActions();
  const close = () => view.setOpenId(null);
  const aim = aimOf(ticks.rows, opened, focused && table.get(focused.id));
  useKeys(pageKeys({ actions, aim, opened, close, ticks, toggle: () => setFollows(!follows) }));
  if (!store.head) return <TableLoading what="processes" />;
  return (
    <GapsOfHost>
      <h1 className="visually-hidden">Processes</h1>
      <FilterBar
        subject="processes"
        query={query}
        placeholder={narrow ? 'cpu > 20, user = root, name…' : PLACEHOLDER}
        mistake={mistake}
        onQuery={view.setQuery}
      >
        {narrow ? <PhoneSort sort={sort} onSort={view.setSort} /> : <DensityChoice />}
      </FilterBar>
      <div className="split">
        <div className="table-side">
          <VirtualTable
            label="Processes"
            columns={narrow ? PHONE_COLUMNS : columns}
            rows={rows}
            rowHeight={narrow ? PHONE_ROW : rowHeight}
            hidesHeads={narrow}
            sort={sort}
            onSort={view.setSort}
            rowName={processRowName}
            rowClass={processRowClass}
            selection={narrow ? undefined : ticks.selection}
            onSelection={narrow ? undefined : ticks.setSelection}
            openId={opened?.ended ? null : opened?.row.id}
            onOpen={(row) => view.setOpenId(row.id)}
            onHold={setHeld}
            onFocusRow={setFocused}
            followedId={follows && opened ? opened.row.id : null}
            empty={<NoMatch total={total} onClear={() => view.setQuery('')} />}
          />
          <TableFoot
            {...{ matching: rows.length, total, held, actions }}
            ticked={ticks.rows}
            onClear={() => ticks.setSelection(NOTHING)}
          />
        </div>
        <OpenedPanel {...{ view, opened, actions, follows, narrow }} onFollow={setFollows} />
      </div>
      {actions.dialog}
    </GapsOfHost>
  );
}

const PLACEHOLDER = 'name, command, user or pid; or cpu > 20 and user = root';

interface OpenedProps {
  view: TableView;
  opened: Opened | null;
  actions: Actions;
  follows: boolean;
  narrow: boolean;
  onFollow: (follows: boolean) => void;
}

function OpenedPanel({ view, opened, ...rest }: OpenedProps) {
  if (view.openId === null || !opened) return null;
  return (
    <DetailPanel
      key={`${opened.row.pid}:${opened.row.start_time}`}
      {...rest}
      opened={opened}
      onOpen={view.setOpenId}
      onClose={() => view.setOpenId(null)}
    />
  );
}

/** Whom a key acts on: what is ticked, else what is open, else where the focus is. */
function aimOf(
  ticked: readonly ProcessEntry[],
  opened: Opened | null,
  focused: ProcessEntry | null | undefined,
): readonly ProcessEntry[] {
  if (ticked.length > 0) return ticked;
  if (opened) return opened.ended ? [] : [opened.row];
  return focused ? [focused] : [];
}

interface KeyContext {
  actions: Actions;
  aim: readonly ProcessEntry[];
  opened: Opened | null;
  ticks: ReturnType<typeof useTicks>;
  toggle: () => void;
  close: () => void;
}

function pageKeys({ actions, aim, opened, ticks, toggle, close }: KeyContext): Keys {
  const stopped = aim.length > 0 && aim.every(({ status }) => status === 'stopped');
  return {
    x: () => actions.ask('terminate', aim),
    X: () => actions.ask('kill', aim),
    z: () => actions.ask(stopped ? 'resume' : 'suspend', aim),
    f: toggle,
    Escape: () => (opened || ticks.rows.length === 0 ? close() : ticks.setSelection(NOTHING)),
  };
}
