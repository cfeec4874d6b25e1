import { type ReactNode, useState } from 'react';
import { useServer } from '../../app/host';
import { useMe } from '../../app/session';
import { useHostStore } from '../../live/hooks';
import type { ProcessEntry } from '../../live/row';
import { ConfirmDialog } from '../../ui/ConfirmDialog';
import { isDeadly, type ProcessAction } from '../../ui/confirmWords';
import { actOnAll, report } from './act';
import { type Target, targetsOf, whyNoActions } from './target';

/** The way to act on processes. */
export interface Actions {
  /** Why nothing can be done here at all; null when something can. */
  readonly refusal: string | null;
  /** Asks where that is due, then acts. */
  ask: (action: ProcessAction, rows: readonly ProcessEntry[]) => void;
  /** The confirmation; to be drawn once on the page. */
  readonly dialog: ReactNode;
}

/** Actions on processes of the selected host. */
export function useActions(): Actions {
  const server = useServer();
  const me = useMe();
  const store = useHostStore();
  const [asked, setAsked] = useState<{ action: ProcessAction; targets: Target[] } | null>(null);
  const refusal = whyNoActions(me?.role, server);
  const act = async (action: ProcessAction, targets: readonly Target[]) => {
    if (!server) return;
    report(action, server.hostname, await actOnAll(server.id, action, targets));
  };
  const ask = (action: ProcessAction, rows: readonly ProcessEntry[]) => {
    if (refusal !== null || rows.length === 0) return;
    const targets = targetsOf(rows, store.processes);
    if (isDeadly(action) || targets.length > 1) setAsked({ action, targets });
    else void act(action, targets);
  };
  const dialog = (
    <ConfirmDialog
      confirmation={asked}
      host={server?.hostname ?? ''}
      username={me?.username ?? ''}
      onCancel={() => setAsked(null)}
      onConfirm={(action) => {
        if (asked) void act(action, asked.targets);
        setAsked(null);
      }}
    />
  );
  return { refusal, ask, dialog };
}
