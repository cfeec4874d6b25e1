import { expect, test } from 'vitest';
import { seriousFaults } from './accessibility';
import { Child } from './child';
import { Dashboard, type PageName } from './dashboard';
import { take } from './picture';
import { setStage } from './stage';
import type { Look } from './visit';

const stage = setStage();

const LOOKS: readonly (readonly [string, Look])[] = [
  ['light', { scheme: 'light' }],
  ['dark', { scheme: 'dark' }],
  ['phone-light', { scheme: 'light', width: 390, height: 844 }],
  ['phone-dark', { scheme: 'dark', width: 390, height: 844 }],
];
const PAGES: readonly PageName[] = ['Overview', 'Processes', 'Network'];

async function judge(dashboard: Dashboard, name: string): Promise<void> {
  const picture = await take(dashboard.page, name);
  expect(picture.colours, `${name} is blank`).toBeGreaterThan(16);
  expect(picture.plainest, `${name} is blank`).toBeLessThan(0.985);
  expect(await seriousFaults(dashboard.page), name).toEqual([]);
  const wider = await dashboard.page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(wider, `${name} scrolls sideways`).toBe(0);
}

for (const [look, size] of LOOKS) {
  test(`the sign-in page is whole: ${look}`, async () => {
    const dashboard = new Dashboard(await stage.visit(size), stage.program.url);
    await dashboard.open('/');
    await dashboard.signInButton.waitFor();
    await judge(dashboard, `sign-in-${look}`);
  });

  test(`every page is whole: ${look}`, async () => {
    const dashboard = await stage.signedIn(size);
    await dashboard.seeSamples(12);
    for (const page of PAGES) {
      await dashboard.goTo(page);
      await judge(dashboard, `${page.toLowerCase()}-${look}`);
    }
  });

  test(`an open process and its confirmation are whole: ${look}`, async () => {
    const dashboard = await stage.signedIn(size);
    await dashboard.goTo('Processes');
    const child = await Child.busy(`shown-${process.pid}`);
    try {
      const panel = await dashboard.openProcess(child.name);
      await judge(dashboard, `process-${look}`);
      await panel.getByRole('button', { name: 'Terminate' }).click();
      await dashboard.confirmation.waitFor();
      await judge(dashboard, `confirmation-${look}`);
    } finally {
      await child.remove();
    }
  });
}
