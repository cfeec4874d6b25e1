import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ApiError } from '../../api/problem';
import { takeLink } from '../../app/link';
import { refusalWords } from './refusal';
import { SignInForm } from './SignInForm';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

function signInAs(name: string): HTMLInputElement {
  render(<SignInForm />);
  fireEvent.change(screen.getByLabelText('User name'), { target: { value: name } });
  const password = screen.getByLabelText<HTMLInputElement>('Password');
  fireEvent.change(password, { target: { value: 'guess' } });
  fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));
  return password;
}

describe('SignInForm', () => {
  it('says that the password is wrong, keeps the name, and goes back to the password', async () => {
    vi.stubGlobal('fetch', () => Promise.resolve(new Response(null, { status: 401 })));
    const password = signInAs('mkaya');
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toBe('User name or password is wrong.');
    expect(screen.getByLabelText<HTMLInputElement>('User name').value).toBe('mkaya');
    await waitFor(() => expect(document.activeElement).toBe(password));
    expect(password.getAttribute('aria-describedby')).toBe(alert.id);
  });

  it('says that the hub does not answer', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed')));
    signInAs('mkaya');
    expect((await screen.findByRole('alert')).textContent).toContain('does not answer');
  });
});

describe('refusalWords', () => {
  it('names the time from which a new try makes sense', () => {
    const noon = new Date(2026, 10, 20, 12, 0, 0).getTime() / 1000;
    const words = refusalWords(new ApiError(429, null, 29.2), noon);
    expect(words).toBe('Too many tries. Try again in 30 s, at 12:00:29.');
  });
});

describe('takeLink', () => {
  it('takes the token out of the address bar', () => {
    const past = { replaceState: vi.fn() };
    const place = { hash: '#link=abc', pathname: '/processes', search: '?q=x' };
    expect(takeLink(place as Location, past as unknown as History)).toBe('abc');
    expect(past.replaceState).toHaveBeenCalledWith(null, '', '/processes?q=x');
    expect(
      takeLink({ ...place, hash: '#page' } as Location, past as unknown as History),
    ).toBeNull();
    expect(past.replaceState).toHaveBeenCalledTimes(1);
  });
});
