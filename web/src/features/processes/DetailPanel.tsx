import { Dialog } from '@base-ui/react/dialog';
import { Tabs } from '@base-ui/react/tabs';
import { type ReactNode, useMemo } from 'react';
import type { ProcessDetailReply } from '../../api/gen/ProcessDetailReply';
import { useHostStore, useVersion } from '../../live/hooks';
import type { ConnectionEntry, ProcessEntry } from '../../live/row';
import { Icon } from '../../ui/Icon';
import { StateBadge } from '../../ui/StateBadge';
import type { Actions } from './actions';
import { Ancestors } from './Ancestors';
import { useDetail } from './detail';
import { DetailActions } from './DetailActions';
import { DetailMore } from './DetailMore';
import { DetailSockets } from './DetailSockets';
import { DetailSummary } from './DetailSummary';
import type { Opened } from './opened';

interface Props {
  opened: Opened;
  actions: Actions;
  follows: boolean;
  /** On a phone it is a sheet over the page. */
  narrow: boolean;
  onFollow: (follows: boolean) => void;
  onOpen: (id: number) => void;
  onClose: () => void;
}

/** One process in full, beside the table. */
export function DetailPanel(props: Props): ReactNode {
  const { opened, narrow, onClose } = props;
  if (!narrow) {
    return (
      <aside className="detail" aria-label={`Process ${opened.row.name} ${opened.row.pid}`}>
        <Content {...props} heading={(words) => <h2>{words}</h2>} />
      </aside>
    );
  }
  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim" />
        <Dialog.Popup className="detail detail-sheet">
          <Content {...props} heading={(words) => <Dialog.Title>{words}</Dialog.Title>} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

type ContentProps = Props & { heading: (words: ReactNode) => ReactNode };

function Content({ opened, actions, follows, onFollow, onOpen, onClose, heading }: ContentProps) {
  const { row, ended } = opened;
  const { reply, error } = useDetail(row, ended);
  const sockets = useSockets(row, ended);
  return (
    <>
      <header className="detail-head">
        <StateBadge status={ended ? 'dead' : row.status} />
        {heading(
          <>
            {row.name} <span className="detail-pid">{row.pid}</span>
          </>,
        )}
        <button
          type="button"
          className="icon-button"
          aria-pressed={follows}
          title="Follow: keep it in sight as the order changes (f)"
          aria-label="Follow"
          onClick={() => onFollow(!follows)}
        >
          <Icon name="follow" />
        </button>
        <button type="button" className="icon-button" aria-label="Close" onClick={onClose}>
          <Icon name="close" />
        </button>
      </header>
      {reply ? <Ancestors row={row} ancestors={reply.ancestors} onOpen={onOpen} /> : null}
      <DetailActions
        row={row}
        ended={ended}
        actions={actions}
        refusal={ended ? null : (reply?.protected ?? null)}
      />
      <DetailTabs {...{ row, ended, reply, error, sockets }} />
    </>
  );
}

interface TabsProps {
  row: ProcessEntry;
  ended: boolean;
  reply: ProcessDetailReply | null;
  error: string | null;
  sockets: readonly ConnectionEntry[];
}

function DetailTabs({ row, ended, reply, error, sockets }: TabsProps) {
  return (
    <Tabs.Root className="detail-tabs" defaultValue="summary">
      <Tabs.List className="detail-tab-list" aria-label="Details">
        <Tabs.Tab value="summary">Summary</Tabs.Tab>
        <Tabs.Tab value="sockets">
          Sockets <span className="dim">{sockets.length}</span>
        </Tabs.Tab>
        <Tabs.Tab value="more">More</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="summary" className="detail-body" tabIndex={0}>
        <DetailSummary row={row} reply={reply} ended={ended} error={error} />
      </Tabs.Panel>
      <Tabs.Panel value="sockets" className="detail-body" tabIndex={0}>
        <DetailSockets sockets={sockets} ended={ended} />
      </Tabs.Panel>
      <Tabs.Panel value="more" className="detail-body" tabIndex={0}>
        <DetailMore row={row} reply={reply} error={error} />
      </Tabs.Panel>
    </Tabs.Root>
  );
}

/** The sockets of a process, from the stream. */
function useSockets(row: ProcessEntry, ended: boolean): readonly ConnectionEntry[] {
  const store = useHostStore();
  const version = useVersion();
  return useMemo(
    () => (ended ? [] : [...store.connections.values()].filter(({ pid }) => pid === row.pid)),
    // The table changes in place, so its version stands for it.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [store, version, row.pid, ended],
  );
}
