import { hostname } from 'node:os';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Child } from './child';
import type { Dashboard } from './dashboard';
import { setStage } from './stage';

const stage = setStage();
const PATIENCE = { timeout: 20_000 };

let child: Child;
let dashboard: Dashboard;

beforeEach(async () => {
  dashboard = await stage.signedIn();
  await dashboard.goTo('Processes');
  child = await Child.busy(`busy-${process.pid}`);
});

afterEach(() => child.remove());

test('a busy process appears by itself and rises to the top', async () => {
  const row = dashboard.rowOf(child.name);
  await row.waitFor(PATIENCE);
  expect(await row.innerText()).toContain(String(child.pid));
  // Other programs of this machine may be busy too, the browser among them.
  const position = async () => {
    const texts = await dashboard.dataRows.allInnerTexts();
    return texts.findIndex((text) => text.includes(child.name));
  };
  await expect.poll(position, PATIENCE).toBeLessThan(4);
  await expect.poll(position, PATIENCE).toBeGreaterThanOrEqual(0);
  const cpu = async () => Number(/(\d+\.\d)/.exec(await row.innerText())?.[1]);
  await expect.poll(cpu, PATIENCE).toBeGreaterThan(20);
});

test('the filter leaves what was asked for', async () => {
  await dashboard.filter.fill(child.name);
  await dashboard.rowOf(child.name).waitFor(PATIENCE);
  await expect.poll(() => dashboard.dataRows.count(), PATIENCE).toBe(1);
  expect(dashboard.page.url()).toContain(`q=${child.name}`);
});

test('suspend and resume do what they say', async () => {
  const panel = await dashboard.findAndOpen(child.name);
  await panel.getByRole('button', { name: 'Suspend' }).click();
  await dashboard.messages.getByText(child.name).first().waitFor();
  expect(await child.state()).toBe('T');
  await dashboard.rowOf(child.name).getByRole('img', { name: 'stopped' }).waitFor(PATIENCE);

  await panel.getByRole('button', { name: 'Resume' }).click(PATIENCE);
  await expect.poll(() => child.state(), PATIENCE).toBe('R');
  await dashboard.rowOf(child.name).getByRole('img', { name: 'running' }).waitFor(PATIENCE);
  await panel.getByRole('button', { name: 'Suspend' }).waitFor(PATIENCE);
});

test('terminate asks first, names what it will end, and ends it', async () => {
  const panel = await dashboard.findAndOpen(child.name);
  await panel.getByRole('button', { name: 'Terminate' }).click();
  const dialog = dashboard.confirmation;
  await dialog.waitFor();
  const words = await dialog.innerText();
  for (const part of [hostname(), String(child.pid), child.name, 'SIGTERM', 'no children']) {
    expect(words).toContain(part);
  }
  expect(await dialog.getByRole('button', { name: 'Cancel' }).evaluate(isFocused)).toBe(true);

  await dialog.getByRole('button', { name: 'Cancel' }).click();
  await dialog.waitFor({ state: 'hidden' });
  expect(await child.state()).toBe('R');

  await panel.getByRole('button', { name: 'Terminate' }).click();
  await dialog.getByRole('button', { name: /^Terminate/ }).click();
  expect(await child.endedBy()).toBe('SIGTERM');
  expect(await child.state()).toBeNull();
  await panel.getByText('ended').first().waitFor(PATIENCE);
  expect(await panel.getByRole('button', { name: 'Terminate' }).isDisabled()).toBe(true);
  await dashboard.rowOf(child.name).waitFor({ state: 'detached', ...PATIENCE });
});

test('kill ends what does not listen to anything gentler', async () => {
  process.kill(child.pid, 'SIGSTOP');
  const panel = await dashboard.findAndOpen(child.name);
  await panel.getByRole('button', { name: 'Kill' }).click();
  await dashboard.confirmation.getByRole('button', { name: /^Kill/ }).click();
  expect(await child.endedBy()).toBe('SIGKILL');
});

function isFocused(element: Element): boolean {
  return element === document.activeElement;
}
