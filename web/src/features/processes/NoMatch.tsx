import { Button } from '../../ui/Button';
import { counted } from '../../ui/format';

/** In place of rows when the filter leaves none. */
export function NoMatch({ total, onClear }: { total: number; onClear: () => void }) {
  return (
    <div className="table-empty" role="status">
      <h2>No process matches</h2>
      <p>{counted(total, 'process', 'processes')} without the filter.</p>
      <Button onClick={onClear}>
        Clear the filter <kbd>Esc</kbd>
      </Button>
    </div>
  );
}
