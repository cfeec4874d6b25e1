import { expect, test } from 'vitest';
import { listen } from './child';
import { setStage } from './stage';

const stage = setStage();
const PATIENCE = { timeout: 20_000 };

test('a listening socket appears with the process that owns it, and goes with it', async () => {
  const socket = await listen();
  try {
    const dashboard = await stage.signedIn();
    await dashboard.goTo('Network');
    await dashboard.filter.fill(`port = ${socket.port}`);
    const row = dashboard.dataRows.filter({ hasText: String(socket.port) });
    await row.waitFor(PATIENCE);
    const words = await row.innerText();
    expect(words).toContain('127.0.0.1');
    expect(words).toContain('LISTEN');
    // This test holds the socket itself. Owners are looked up a moment after the sockets.
    await expect.poll(() => row.innerText(), PATIENCE).toContain(String(process.pid));
    await socket.close();
    await row.waitFor({ state: 'detached', ...PATIENCE });
  } finally {
    await socket.close();
  }
});
