import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { Dashboard } from './dashboard';
import { Program } from './program';
import { Visit, type Look } from './visit';

const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';
const ARGUMENTS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What a file of journeys plays on: one hub, one browser, a fresh window for each visit. */
export interface Stage {
  readonly program: Program;
  readonly browser: Browser;
  /** A window nobody is signed in in. */
  visit(look?: Look): Promise<Visit>;
  /** A window where `admin` is signed in. */
  signedIn(look?: Look): Promise<Dashboard>;
}

/** Sets the stage for all tests of the file, and lets no test pass in whose windows anything failed. */
export function setStage(): Stage {
  const stage = new RealStage();
  beforeAll(() => stage.set());
  afterEach(() => stage.leaveAll());
  afterAll(() => stage.clear());
  return stage;
}

class RealStage implements Stage {
  program!: Program;
  browser!: Browser;
  private visits: Visit[] = [];
  private profile = '';

  async set(): Promise<void> {
    this.profile = await mkdtemp(join(tmpdir(), 'topmast-browser-'));
    // A browser refuses its sandbox to root; anyone else gets it.
    const root = process.getuid?.() === 0;
    this.browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: root ? [...ARGUMENTS, '--no-sandbox'] : ARGUMENTS,
      env: { ...process.env, XDG_CONFIG_HOME: this.profile, XDG_CACHE_HOME: this.profile },
    });
    this.program = await Program.start();
  }

  async visit(look?: Look): Promise<Visit> {
    const visit = await Visit.open(this.browser, look);
    // A page that finds nobody signed in asks once, and the browser notes the refusal.
    visit.expectRefusal(401, '/api/v1/auth/refresh');
    this.visits.push(visit);
    return visit;
  }

  async signedIn(look?: Look): Promise<Dashboard> {
    const dashboard = new Dashboard(await this.visit(look), this.program.url);
    await dashboard.open('/');
    await dashboard.signIn();
    return dashboard;
  }

  async leaveAll(): Promise<void> {
    const visits = this.visits.splice(0);
    await Promise.all(visits.map((visit) => visit.close()));
    expect(visits.flatMap((visit) => visit.faults)).toEqual([]);
  }

  async clear(): Promise<void> {
    await this.browser?.close();
    await this.program?.remove();
    await rm(this.profile, { recursive: true, force: true });
  }
}
