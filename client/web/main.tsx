// Starts the page. Owns nothing else.
import '@wikimedia/codex-design-tokens/theme-wikimedia-ui-root.css';
import '@wikimedia/codex-design-tokens/theme-wikimedia-ui-mode-dark.css';
import '@wikimedia/codex/dist/codex.style.css';
import './style.css';
import './overview/overview.css';
import './admin/admin.css';
import './log/log.css';
import './log/ansi.css';
import './log/guide.css';
import './account/account.css';
// Last: on a wide screen it decides how high the log is.
import './job/job.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { followTheme } from './header/theme.ts';
import { followPageVisibility } from './parts/page-visibility.ts';
import { browserStore, followTimeMode } from './parts/time-mode.ts';
import { followHistory } from './route.ts';
import { followAccess } from './sign-in/access.ts';
import { followSession } from './sign-in/session.ts';

followPageVisibility(document);
followTheme();
followTimeMode(browserStore());
followHistory();
followSession();
followAccess();
const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no element "app"');
render(<App />, root);
