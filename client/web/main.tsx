// Starts the page. Owns nothing else. style.css is imported before all components: it declares the order of the cascade layers.
import '@wikimedia/codex-design-tokens/theme-wikimedia-ui-root.css';
import '@wikimedia/codex-design-tokens/theme-wikimedia-ui-mode-dark.css';
import './style.css';
import './early.ts';
import { render } from 'preact';
import { App } from './app.tsx';
import { Failure, Guard } from './guard.tsx';
import { followTheme } from './header/theme.ts';
import { followHistory } from './route.ts';
import { followAccess } from './sign-in/access.ts';
import { followSession } from './sign-in/session.ts';
import { keepFocus } from './state/focus.ts';
import { followSize } from './state/narrow.ts';
import { followPageVisibility } from './state/page-visibility.ts';
import { browserStore, followTimeMode } from './state/time-mode.ts';

const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no element "app"');
// Replaces the sentence in index.html, which stays if this file does not arrive.
root.replaceChildren();
try {
  followPageVisibility(document);
  followTheme();
  followSize();
  followTimeMode(browserStore());
  followHistory();
  followSession();
  followAccess();
  keepFocus();
  render(
    <Guard>
      <App />
    </Guard>,
    root,
  );
} catch (error) {
  reportError(error);
  render(<Failure error={error} />, root);
}
