import './styles/tokens.css';
import './styles/page.css';
import './styles/controls.css';
import './styles/shell.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { ApiError, sentenceOf, session } from './api/client';
import { App } from './app/App';
import { takeLink } from './app/link';
import { watchTheme } from './app/theme';
import { watchSurroundings } from './live/connection';

async function start(): Promise<void> {
  watchTheme();
  watchSurroundings();
  const link = takeLink(location, history);
  if (link === null) {
    await session.resume();
    return;
  }
  try {
    await session.signInByLink(link);
  } catch (error) {
    session.leave(linkWords(error));
  }
}

function linkWords(error: unknown): string {
  if (error instanceof ApiError && error.status === 401) {
    return 'This sign-in link was used or is older than 15 minutes. Ask for a fresh one.';
  }
  return `The sign-in link could not be used. ${sentenceOf(error)}`;
}

const root = document.getElementById('root');
if (!root) throw new Error('The page has no place to draw in.');
void start();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
