import { expect, test } from 'vitest';
import { Child } from './child';
import { setStage } from './stage';

const stage = setStage();
const PATIENCE = { timeout: 40_000 };

test('a hub that comes back finds its page again', async () => {
  const dashboard = await stage.signedIn();
  await dashboard.goTo('Processes');
  dashboard.visit.expectLostConnection();
  expect(await stage.program.stop()).toBe(0);

  const banner = dashboard.page.getByRole('status').getByText(/reconnecting/i);
  await banner.waitFor(PATIENCE);
  // What was known stays readable meanwhile.
  expect(await dashboard.dataRows.count()).toBeGreaterThan(0);

  await stage.program.startAgain();
  await banner.waitFor({ state: 'hidden', ...PATIENCE });
  const child = await Child.busy(`later-${process.pid}`);
  try {
    await dashboard.rowOf(child.name).waitFor(PATIENCE);
  } finally {
    await child.remove();
  }
  await dashboard.rowOf(child.name).waitFor({ state: 'detached', ...PATIENCE });
});
