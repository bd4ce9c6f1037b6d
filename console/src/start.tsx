import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import i18next from 'i18next';
import 'antd/dist/antd.css';
import './app/console.css';
import { loadConfig } from './api/config';
import { App, prepare } from './app/App';
import { startI18n } from './lib/i18n';
import { begin } from './session/session';

async function start(): Promise<void> {
  const root = document.getElementById('root');
  if (!root) return;
  const words = startI18n();
  // The table, which nearly every page is, comes while one signs in.
  import('./pages/worklist/WorklistPage').catch(() => undefined);
  try {
    const [signed] = await Promise.all([loadConfig().then(begin), words]);
    if (!signed) return;
    prepare();
  } catch {
    await words.catch(() => undefined);
    root.textContent = i18next.t('start.failed');
    root.setAttribute('role', 'alert');
    root.className = 'start-failed';
    return;
  }
  createRoot(root).render(<StrictMode><App /></StrictMode>);
}

void start();
