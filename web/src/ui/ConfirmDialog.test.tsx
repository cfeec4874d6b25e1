import { cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { ConfirmDialog } from './ConfirmDialog';
import { type ConfirmTarget, confirmButton, confirmTitle, familyWords } from './confirmWords';

const target = (pid: number, children = 0): ConfirmTarget => ({
  pid,
  name: 'postgres',
  since: '13:21:04',
  command: `postgres: worker ${pid}`,
  username: 'ci',
  children,
  threads: 16,
});

function ask(targets: readonly ConfirmTarget[], action: 'terminate' | 'suspend' = 'terminate') {
  const onConfirm = vi.fn();
  const onCancel = vi.fn();
  const confirmation = { action, targets };
  render(
    <ConfirmDialog
      confirmation={confirmation}
      host="ledger-03"
      username="mkaya"
      onConfirm={onConfirm}
      onCancel={onCancel}
    />,
  );
  const button = (name: string | RegExp) => screen.getByRole<HTMLButtonElement>('button', { name });
  return { dialog: screen.getByRole('alertdialog'), onConfirm, onCancel, button };
}

afterEach(cleanup);

describe('ConfirmDialog', () => {
  it('names action, host and every target, and who it goes to the audit log as', () => {
    const { dialog } = ask([target(10), target(11), target(12, 2)]);
    expect(within(dialog).getByRole('heading').textContent).toBe(
      'Terminate 3 processes on ledger-03?',
    );
    const items = within(dialog)
      .getAllByRole('listitem')
      .map((item) => item.textContent);
    expect(items).toHaveLength(3);
    expect(items[2]).toContain('postgres 12 since 13:21:04');
    expect(items[2]).toContain('ci');
    expect(items[2]).toContain('postgres: worker 12');
    expect(items[2]).toContain('16 threads, 2 children');
    expect(dialog.textContent).toContain('Goes to the audit log as mkaya');
  });

  it('starts on Cancel', async () => {
    const { button } = ask([target(10)]);
    await waitFor(() => expect(document.activeElement).toBe(button(/Cancel/)));
  });

  it('does what the button says, also after the choice was changed', () => {
    const { button, onConfirm } = ask([target(10), target(11)]);
    fireEvent.click(screen.getByRole('radio', { name: /Kill at once/ }));
    expect(screen.getByRole('heading').textContent).toBe('Kill 2 processes on ledger-03?');
    fireEvent.click(button('Kill 2 processes'));
    expect(onConfirm).toHaveBeenCalledWith('kill');
  });

  it('wants the number typed when there are more than five', () => {
    const { button, onConfirm } = ask([1, 2, 3, 4, 5, 6].map((pid) => target(pid)));
    const red = button('Terminate 6 processes');
    expect(red.disabled).toBe(true);
    fireEvent.submit(red.form as HTMLFormElement);
    expect(onConfirm).not.toHaveBeenCalled();
    fireEvent.change(screen.getByRole('textbox'), { target: { value: '6' } });
    expect(red.disabled).toBe(false);
    fireEvent.click(red);
    expect(onConfirm).toHaveBeenCalledWith('terminate');
  });

  it('offers no choice of signals where none ends a process', () => {
    ask([target(1), target(2)], 'suspend');
    expect(screen.queryByRole('radio')).toBeNull();
  });

  it('does nothing on Cancel', () => {
    const { button, onConfirm, onCancel } = ask([target(10)]);
    fireEvent.click(button(/Cancel/));
    expect(onCancel).toHaveBeenCalled();
    expect(onConfirm).not.toHaveBeenCalled();
  });
});

describe('the words', () => {
  it('name one process by name and number', () => {
    expect(confirmTitle('kill', [target(7)], 'h')).toBe('Kill postgres 7 on h?');
    expect(confirmButton('kill', [target(7)])).toBe('Kill postgres 7');
    expect(familyWords({ ...target(7), threads: 1 })).toBe('no children');
  });
});
