import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';
import { ADMIN_PASSWORD } from './program';
import type { Visit } from './visit';

export type PageName = 'Overview' | 'Processes' | 'Network';

/** The dashboard in the words of the person who uses it. */
export class Dashboard {
  readonly page: Page;

  constructor(
    readonly visit: Visit,
    private readonly url: string,
  ) {
    this.page = visit.page;
  }

  async open(path: string): Promise<void> {
    await this.page.goto(`${this.url}${path}`);
  }

  get nameField(): Locator {
    return this.page.getByRole('textbox', { name: 'User name' });
  }

  get signInButton(): Locator {
    return this.page.getByRole('button', { name: 'Sign in' });
  }

  /** The shell, which only somebody who is signed in gets. */
  get pages(): Locator {
    return this.page.getByRole('navigation', { name: 'Pages' });
  }

  async fillIn(name: string, password: string): Promise<void> {
    await this.nameField.fill(name);
    await this.page.getByLabel('Password', { exact: true }).fill(password);
    await this.signInButton.click();
  }

  async signIn(name = 'admin', password = ADMIN_PASSWORD): Promise<void> {
    await this.fillIn(name, password);
    await this.pages.waitFor();
  }

  /** Goes to a page by its link and waits until the host's rows are on it. */
  async goTo(name: PageName): Promise<void> {
    await this.pages.getByRole('link', { name }).click();
    await this.page.waitForURL((url) => url.pathname === PATHS[name]);
    if (name === 'Overview') await this.page.getByRole('heading', { level: 1 }).waitFor();
    else await this.dataRows.first().waitFor();
  }

  /** Waits on the Overview until this many samples came, so that its charts have something to draw. */
  async seeSamples(count: number): Promise<void> {
    const line = this.page.getByText(/^sampled \d/);
    const seen = new Set<string>();
    const look = async () => seen.add(await line.innerText()).size;
    await expect.poll(look, { timeout: 30_000 }).toBeGreaterThanOrEqual(count);
  }

  /** The rows of the page's table, its header aside. */
  get dataRows(): Locator {
    return this.page
      .getByRole('grid')
      .getByRole('row')
      .filter({ has: this.page.getByRole('gridcell') });
  }

  rowOf(name: string): Locator {
    return this.dataRows.filter({ hasText: name });
  }

  get filter(): Locator {
    return this.page.getByRole('main').getByRole('textbox', { name: /filter/i });
  }

  /** Opens a process wherever in the table it stands: only rows in sight are drawn. */
  async findAndOpen(name: string): Promise<Locator> {
    await this.filter.fill(name);
    return this.openProcess(name);
  }

  async openProcess(name: string): Promise<Locator> {
    await this.rowOf(name).getByText(name).first().click();
    // Beside the table where there is room, a sheet over it on a phone.
    const panel = this.page.getByRole('complementary').or(this.page.getByRole('dialog'));
    await panel.getByRole('heading', { name }).waitFor();
    return panel;
  }

  get confirmation(): Locator {
    return this.page.getByRole('alertdialog');
  }

  get messages(): Locator {
    return this.page.getByRole('region', { name: 'Messages' });
  }
}

const PATHS: Readonly<Record<PageName, string>> = {
  Overview: '/',
  Processes: '/processes',
  Network: '/network',
};
