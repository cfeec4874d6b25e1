import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import { ApiError, session } from '../../api/client';
import { Button } from '../../ui/Button';
import { Icon } from '../../ui/Icon';
import { refusalWords } from './refusal';

/** Name and password. A mistake keeps the name and puts the cursor where the next try begins. */
export function SignInForm() {
  const [refusal, setRefusal] = useState<ApiError | null>(null);
  const [busy, setBusy] = useState(false);
  const password = useRef<HTMLInputElement>(null);
  const errorId = useId();

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    setBusy(true);
    setRefusal(null);
    try {
      await session.signIn(String(fields.get('username')), String(fields.get('password')));
    } catch (error) {
      setRefusal(error instanceof ApiError ? error : new ApiError(0, null));
      setBusy(false);
    }
  };
  useEffect(() => {
    if (!refusal) return;
    password.current?.focus();
    password.current?.select();
  }, [refusal]);

  return (
    <form onSubmit={(event) => void submit(event)}>
      {refusal ? <Refusal id={errorId} refusal={refusal} /> : null}
      <label className="field">
        <span>User name</span>
        <input
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          autoFocus
        />
      </label>
      <PasswordField input={password} errorId={refusal ? errorId : undefined} />
      <Button type="submit" variant="primary" className="sign-in-button" disabled={busy}>
        {busy ? 'Signing in…' : 'Sign in'}
      </Button>
    </form>
  );
}

interface PasswordProps {
  input: React.RefObject<HTMLInputElement | null>;
  errorId: string | undefined;
}

function PasswordField({ input, errorId }: PasswordProps) {
  const [shown, show] = useState(false);
  const id = useId();
  return (
    <div className="field">
      <span className="field-head">
        <label htmlFor={id}>Password</label>
        <button type="button" className="link-button" onClick={() => show(!shown)}>
          {shown ? 'Hide' : 'Show'}
          <span className="visually-hidden"> password</span>
        </button>
      </span>
      <input
        id={id}
        ref={input}
        name="password"
        type={shown ? 'text' : 'password'}
        autoComplete="current-password"
        required
        aria-invalid={errorId !== undefined}
        aria-describedby={errorId}
      />
    </div>
  );
}

function Refusal({ id, refusal }: { id: string; refusal: ApiError }) {
  const [at] = useState(() => Date.now());
  return (
    <p className="sign-in-error" role="alert" id={id}>
      <Icon name="warning" />
      <span>{refusalWords(refusal, at / 1000)}</span>
    </p>
  );
}
