import { Dialog } from '@base-ui/react/dialog';
import { Icon } from '../ui/Icon';

const KEYS: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    'Everywhere',
    [
      ['g o', 'overview'],
      ['g p', 'processes'],
      ['g n', 'network'],
      ['?', 'all keys'],
      ['Esc', 'close, clear'],
    ],
  ],
  [
    'In a table',
    [
      ['/', 'filter'],
      ['j k ↑ ↓', 'move'],
      ['Enter', 'open'],
      ['Space', 'tick'],
      ['Shift ↑ ↓', 'tick a range'],
      ['d', 'density'],
    ],
  ],
  [
    'On a process',
    [
      ['x', 'terminate…'],
      ['Shift x', 'kill…'],
      ['z', 'suspend or resume'],
      ['f', 'follow it'],
      ['o', 'from a connection to its process'],
    ],
  ],
];

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
}

/** All keys on one sheet. */
export function KeySheet({ open, onOpenChange }: Props) {
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Backdrop className="scrim" />
        <Dialog.Popup className="key-sheet">
          <Dialog.Title className="key-sheet-title">Keys</Dialog.Title>
          <Dialog.Close className="icon-button key-sheet-close" aria-label="Close">
            <Icon name="close" />
          </Dialog.Close>
          {KEYS.map(([title, keys]) => (
            <section key={title}>
              <h3>{title}</h3>
              <dl>
                {keys.map(([key, meaning]) => (
                  <div key={key}>
                    <dt>
                      <kbd>{key}</kbd>
                    </dt>
                    <dd>{meaning}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
