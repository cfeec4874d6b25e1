import '../styles/dialog.css';
import { AlertDialog } from '@base-ui/react/alert-dialog';
import { type RefObject, useId, useRef, useState } from 'react';
import { Button } from './Button';
import {
  confirmButton,
  confirmMeaning,
  type ConfirmTarget,
  confirmTitle,
  familyWords,
  isDeadly,
  type ProcessAction,
  TYPED_FROM,
} from './confirmWords';

/** What is about to be done, and to whom. */
export interface Confirmation {
  readonly action: ProcessAction;
  readonly targets: readonly ConfirmTarget[];
}

interface Props {
  /** Null while nothing is asked. */
  confirmation: Confirmation | null;
  host: string;
  /** Whose name goes to the audit log. */
  username: string;
  onConfirm: (action: ProcessAction) => void;
  onCancel: () => void;
}

/** Asks before anything that cannot be undone, naming everything it will hit. */
export function ConfirmDialog({ confirmation, onCancel, ...rest }: Props) {
  const cancel = useRef<HTMLButtonElement>(null);
  return (
    <AlertDialog.Root
      open={confirmation !== null}
      onOpenChange={(open) => {
        if (!open) onCancel();
      }}
    >
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className="scrim" />
        <AlertDialog.Popup className="confirm" initialFocus={cancel}>
          {confirmation ? <Question {...rest} {...confirmation} cancel={cancel} /> : null}
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}

type QuestionProps = Omit<Props, 'confirmation' | 'onCancel'> &
  Confirmation & { cancel: RefObject<HTMLButtonElement | null> };

function Question({ action: asked, targets, host, username, onConfirm, cancel }: QuestionProps) {
  const [action, setAction] = useState(asked);
  const [typed, setTyped] = useState('');
  const isTypedRight = targets.length < TYPED_FROM || typed.trim() === String(targets.length);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isTypedRight) onConfirm(action);
      }}
    >
      <div className="confirm-body">
        <AlertDialog.Title className="confirm-title">
          {confirmTitle(action, targets, host)}
        </AlertDialog.Title>
        <AlertDialog.Description className="dim">
          {confirmMeaning(action, targets.length)}
        </AlertDialog.Description>
        <Targets targets={targets} />
        {isDeadly(action) ? <HowHard action={action} onChange={setAction} /> : null}
        {targets.length >= TYPED_FROM ? (
          <Typed wanted={targets.length} typed={typed} onType={setTyped} />
        ) : null}
      </div>
      <div className="confirm-foot">
        <span className="confirm-audit">Goes to the audit log as {username}</span>
        <div className="confirm-actions">
          <AlertDialog.Close render={<Button ref={cancel} />}>
            Cancel <kbd>Esc</kbd>
          </AlertDialog.Close>
          <Button
            type="submit"
            variant={isDeadly(action) ? 'danger' : 'primary'}
            disabled={!isTypedRight}
          >
            {confirmButton(action, targets)}
          </Button>
        </div>
      </div>
    </form>
  );
}

function Targets({ targets }: { targets: readonly ConfirmTarget[] }) {
  return (
    <ul className="confirm-targets" tabIndex={0} aria-label="What it will hit">
      {targets.map((target) => (
        <li key={target.pid}>
          <span className="confirm-who">
            <b>{target.name}</b> {target.pid} <span className="dim">since {target.since}</span>
          </span>
          <span>{target.username ?? 'user not known'}</span>
          <code className="confirm-command">{target.command || target.name}</code>
          <span className={target.children > 0 ? 'confirm-family' : 'dim'}>
            {familyWords(target)}
          </span>
        </li>
      ))}
    </ul>
  );
}

interface HowHardProps {
  action: 'terminate' | 'kill';
  onChange: (action: 'terminate' | 'kill') => void;
}

function HowHard({ action, onChange }: HowHardProps) {
  const name = useId();
  return (
    <div className="confirm-choice" role="radiogroup" aria-label="How">
      {CHOICES.map(([choice, words, signal]) => (
        <label key={choice}>
          <input
            type="radio"
            className="radio"
            name={name}
            checked={action === choice}
            onChange={() => onChange(choice)}
          />
          {words} <span className="dim">{signal}</span>
        </label>
      ))}
    </div>
  );
}

const CHOICES = [
  ['terminate', 'Terminate', 'SIGTERM'],
  ['kill', 'Kill at once', 'SIGKILL, nothing is saved'],
] as const;

interface TypedProps {
  wanted: number;
  typed: string;
  onType: (typed: string) => void;
}

function Typed({ wanted, typed, onType }: TypedProps) {
  return (
    <label className="confirm-typed">
      These are many. Type their number, {wanted}, to go on:
      <input
        type="text"
        inputMode="numeric"
        autoComplete="off"
        value={typed}
        onChange={(event) => onType(event.target.value)}
      />
    </label>
  );
}
