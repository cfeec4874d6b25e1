import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Child } from './child';
import { Dashboard } from './dashboard';
import { setStage } from './stage';

const stage = setStage();
const PASSWORD = 'a viewer looks at things';

let child: Child;
beforeEach(async () => {
  child = await Child.busy(`seen-${process.pid}`);
});
afterEach(() => child.remove());

test('a viewer sees everything and is told why nothing can be done', async () => {
  const file = join(stage.program.directory, 'password-of-vera');
  await writeFile(file, PASSWORD, { mode: 0o600 });
  const words = ['user', 'add', 'vera', '--role', 'viewer'];
  const added = await stage.program.command(words, { TOPMAST_PASSWORD_FILE: file });
  expect(added.status, added.stderr).toBe(0);

  const dashboard = new Dashboard(await stage.visit(), stage.program.url);
  await dashboard.open('/');
  await dashboard.signIn('vera', PASSWORD);
  await dashboard.goTo('Processes');
  const panel = await dashboard.findAndOpen(child.name);
  for (const name of ['Terminate', 'Kill', 'Suspend']) {
    expect(await panel.getByRole('button', { name }).isDisabled(), name).toBe(true);
  }
  await panel
    .getByText(/viewer/)
    .first()
    .waitFor();
  expect(await child.state()).toBe('R');
});
