// Starts the page. Owns nothing else. style.css is imported before all components: it declares the order of the cascade layers.
import '@wikimedia/codex-design-tokens/theme-wikimedia-ui-root.css';
import '@wikimedia/codex-design-tokens/theme-wikimedia-ui-mode-dark.css';
import './style.css';
import './early.ts';
import { render } from 'preact';
import { App } from './app.tsx';
import { prepareConnection } from './connection/use-connection.ts';
import { Failure, Guard } from './guard.tsx';
import { followTheme } from './header/theme.ts';
import { appearInTasks } from './parts/later.tsx';
import { followHistory, route } from './route.ts';
import { followAccess } from './sign-in/access.ts';
import { followSession, pageKey } from './sign-in/session.ts';
import { keepFocus } from './state/focus.ts';
import { followSize } from './state/narrow.ts';
import { nextTask } from './state/next-task.ts';
import { onChange } from './state/on-change.ts';
import { followPageVisibility } from './state/page-visibility.ts';
import { browserStore, followTimeMode } from './state/time-mode.ts';

const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no element "app"');
/** Each step is a task, so that none blocks a slow processor for long. The script of the page has been one. */
async function start(page: HTMLElement): Promise<void> {
  await nextTask();
  followPageVisibility(document);
  followTheme();
  followSize();
  followTimeMode(browserStore());
  followHistory();
  followSession();
  followAccess();
  keepFocus();
  onChange(route, appearInTasks());
  if (pageKey.value !== null && route.value.page !== 'signIn') prepareConnection(pageKey.value);
  await nextTask();
  // Replaces the sentence in index.html, which stays if this file does not arrive.
  page.replaceChildren();
  render(
    <Guard>
      <App />
    </Guard>,
    page,
  );
}

start(root).catch((error: unknown) => {
  reportError(error);
  root.replaceChildren();
  render(<Failure error={error} />, root);
});
