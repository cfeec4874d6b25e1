import { expect, test } from 'vitest';
import { Dashboard } from './dashboard';
import { setStage } from './stage';

const stage = setStage();

async function stranger(path = '/'): Promise<Dashboard> {
  const dashboard = new Dashboard(await stage.visit(), stage.program.url);
  await dashboard.open(path);
  return dashboard;
}

test('who is not signed in gets the sign-in page, whatever the address', async () => {
  for (const path of ['/', '/processes', '/network?q=x']) {
    const dashboard = await stranger(path);
    await dashboard.signInButton.waitFor();
    expect(await dashboard.pages.count()).toBe(0);
  }
});

test('a wrong password is told in words and the name stays', async () => {
  const dashboard = await stranger();
  dashboard.visit.expectRefusal(401, '/api/v1/auth/login');
  await dashboard.fillIn('admin', 'not the password');
  await dashboard.page
    .getByRole('alert')
    .getByText(/password/i)
    .waitFor();
  expect(await dashboard.nameField.inputValue()).toBe('admin');
  expect(await dashboard.pages.count()).toBe(0);
});

test('the right password leads to the page that was asked for', async () => {
  const dashboard = await stranger('/processes');
  await dashboard.signIn();
  await dashboard.dataRows.first().waitFor();
  expect(new URL(dashboard.page.url()).pathname).toBe('/processes');
});

test('who is signed in stays so when the page is loaded again', async () => {
  const dashboard = await stage.signedIn();
  await dashboard.page.reload();
  await dashboard.pages.waitFor();
});

test('who signs out is asked to sign in again, also after a reload', async () => {
  const dashboard = await stage.signedIn();
  await dashboard.page.getByRole('button', { name: /admin/ }).click();
  await dashboard.page.getByRole('menuitem', { name: 'Sign out' }).click();
  await dashboard.signInButton.waitFor();
  await dashboard.page.reload();
  await dashboard.signInButton.waitFor();
});

test('a sign-in link from the command line works once and leaves the address bar', async () => {
  const link = await stage.program.command(['user', 'link', 'admin']);
  expect(link.status, link.stderr).toBe(0);
  const token = /#link=(\S+)/.exec(link.stdout)?.[1];
  expect(token, link.stdout).toBeTruthy();

  const first = await stranger(`/#link=${token}`);
  await first.pages.waitFor();
  expect(first.page.url()).not.toContain('link=');

  const second = new Dashboard(await stage.visit(), stage.program.url);
  second.visit.expectRefusal(401, '/api/v1/auth/link');
  await second.open(`/#link=${token}`);
  await second.page.getByRole('status').getByText(/link/i).waitFor();
  expect(await second.pages.count()).toBe(0);
});
