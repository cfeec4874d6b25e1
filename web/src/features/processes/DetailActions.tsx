import { useId } from 'react';
import type { ProcessEntry } from '../../live/row';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import type { Actions } from './actions';

interface Props {
  row: ProcessEntry;
  ended: boolean;
  actions: Actions;
  /** Why the host would refuse; null when nothing stands against it. */
  refusal: string | null;
}

/** What can be done to the process, and in words why it cannot. */
export function DetailActions({ row, ended, actions, refusal }: Props) {
  const reasonId = useId();
  const reason = ended ? 'It has ended.' : (actions.refusal ?? refusal);
  const off = reason !== null;
  const stopped = row.status === 'stopped';
  const shared = {
    'aria-disabled': off,
    'aria-describedby': off ? reasonId : undefined,
    title: reason ?? undefined,
  };
  const ask = (action: Parameters<Actions['ask']>[0]) => () => {
    if (!off) actions.ask(action, [row]);
  };
  return (
    <div className="detail-actions">
      <Button {...shared} variant="danger-outline" onClick={ask('terminate')}>
        <Icon name="stop" /> Terminate…
      </Button>
      <Button {...shared} variant="danger-outline" onClick={ask('kill')}>
        Kill…
      </Button>
      <Button {...shared} onClick={ask(stopped ? 'resume' : 'suspend')}>
        <Icon name={stopped ? 'play' : 'pause'} /> {stopped ? 'Resume' : 'Suspend'}
      </Button>
      {off ? (
        <p className="detail-reason" id={reasonId}>
          <Icon name={ended ? 'notice' : 'lock'} /> <span>{reason}</span>
        </p>
      ) : null}
    </div>
  );
}
