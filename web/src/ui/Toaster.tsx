import { useSyncExternalStore } from 'react';
import { Icon, type IconName } from './Icon';
import { currentToasts, dismiss, onToasts, type Toast, type ToastKind } from './toast';

export { toast } from './toast';

const ICONS: Readonly<Record<ToastKind, IconName>> = {
  ok: 'check',
  refused: 'stop',
  notice: 'notice',
};

/** The messages in the corner. They are read aloud as they come and take no focus. */
export function Toaster() {
  const toasts = useSyncExternalStore(onToasts, currentToasts);
  return (
    <section className="toaster" aria-label="Messages" aria-live="polite">
      {toasts.map((one) => (
        <ToastCard key={one.key} toast={one} />
      ))}
    </section>
  );
}

function ToastCard({ toast: { key, kind, title, detail } }: { toast: Toast }) {
  return (
    <div className={`toast toast-${kind}`} role={kind === 'refused' ? 'alert' : undefined}>
      <Icon name={ICONS[kind]} />
      <div>
        <p className="toast-title">{title}</p>
        {detail ? <p className="toast-detail">{detail}</p> : null}
      </div>
      <button type="button" className="icon-button" aria-label="Close" onClick={() => dismiss(key)}>
        <Icon name="close" />
      </button>
    </div>
  );
}
