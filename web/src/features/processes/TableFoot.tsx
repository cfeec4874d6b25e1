import { HeldChip } from '../../table/HeldChip';
import type { ProcessEntry } from '../../live/row';
import { Button } from '../../ui/Button';
import { bytes, count, spoken } from '../../ui/format';
import { Icon } from '../../ui/Icon';
import type { Actions } from './actions';

interface Props {
  matching: number;
  total: number;
  held: boolean;
  ticked: readonly ProcessEntry[];
  actions: Actions;
  onClear: () => void;
}

/** The line under the table; it becomes the bulk bar when rows are ticked. */
export function TableFoot({ matching, total, held, ticked, actions, onClear }: Props) {
  return (
    <div className={`table-foot${ticked.length > 0 ? ' table-foot-bulk' : ''}`}>
      {ticked.length > 0 ? <Bulk {...{ ticked, actions, onClear }} /> : null}
      {ticked.length === 0 && held ? <HeldChip /> : null}
      <span className="table-count" role="status">
        {count(matching)} match, {count(total)} in total
      </span>
    </div>
  );
}

function Bulk({ ticked, actions, onClear }: Pick<Props, 'ticked' | 'actions' | 'onClear'>) {
  const off = actions.refusal ?? undefined;
  const stopped = ticked.every(({ status }) => status === 'stopped');
  const toggle = stopped ? 'resume' : 'suspend';
  const button = { 'aria-disabled': off !== undefined, title: off };
  return (
    <>
      <b>{count(ticked.length)} selected</b>
      <span className="dim bulk-sum">{sumWords(ticked)}</span>
      <Button {...button} variant="danger-outline" onClick={() => actions.ask('terminate', ticked)}>
        <Icon name="stop" /> Terminate…
      </Button>
      <Button {...button} onClick={() => actions.ask(toggle, ticked)}>
        <Icon name={stopped ? 'play' : 'pause'} /> {stopped ? 'Resume' : 'Suspend'}
        {ticked.length > 1 ? '…' : ''}
      </Button>
      <Button variant="quiet" onClick={onClear}>
        Clear <kbd>Esc</kbd>
      </Button>
      {off ? <span className="dim bulk-off">{off}</span> : null}
    </>
  );
}

/** What the ticked rows use together, of what is known. */
function sumWords(rows: readonly ProcessEntry[]): string {
  const cpu = rows.reduce((sum, row) => sum + (row.cpu_percent ?? 0), 0);
  const memory = rows.reduce((sum, row) => sum + (row.memory_rss ?? 0), 0);
  return `${cpu.toFixed(1)} % CPU · ${spoken(bytes(memory))}`;
}
