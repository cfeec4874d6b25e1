import '../../styles/login.css';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useSessionNotice } from '../../app/session';
import type { VersionReply } from '../../api/gen/VersionReply';
import { Logo } from '../../ui/Logo';
import { SignInForm } from './SignInForm';

/** The page for those who are not signed in. */
export function SignInPage() {
  const notice = useSessionNotice();
  const version = useQuery({ queryKey: ['version'], queryFn: readVersion, staleTime: Infinity });
  const [host] = useState(() => location.hostname);
  useEffect(() => {
    document.title = 'Sign in – Topmast';
  }, []);
  return (
    <main className="sign-in">
      {version.data ? <p className="sign-in-version">{version.data.version}</p> : null}
      <div className="sign-in-form">
        <p className="sign-in-brand">
          <Logo size={44} />
          <span>Topmast</span>
        </p>
        <h1>
          Sign in to <b>{host}</b>
        </h1>
        {notice ? (
          <div className="sign-in-notice" role="status">
            <p>{notice}</p>
          </div>
        ) : null}
        <SignInForm />
        <p className="sign-in-hint">
          First start? The terminal that runs <code>topmast serve</code> shows a sign-in link, good
          once and for 15 minutes. There is no default password.
        </p>
      </div>
    </main>
  );
}

async function readVersion(): Promise<VersionReply> {
  const response = await fetch('/version');
  if (!response.ok) throw new Error(`The version call was answered with ${response.status}.`);
  return (await response.json()) as VersionReply;
}
