// Starts the page. Owns nothing else.
import '@wikimedia/codex-design-tokens/theme-wikimedia-ui-root.css';
import '@wikimedia/codex-design-tokens/theme-wikimedia-ui-mode-dark.css';
import '@wikimedia/codex/dist/codex.style.css';
import './style.css';
import './overview.css';
import './admin.css';
import './log.css';
import './ansi.css';
import './log-guide.css';
import './account.css';
// Last: on a wide screen it decides how high the log is.
import './job.css';
import { render } from 'preact';
import { App } from './app.tsx';
import { followHistory } from './route.ts';
import { followSession } from './session.ts';
import { followStanding } from './standing.ts';
import { followTheme } from './theme.ts';
import { browserStore, followTimeMode } from './time-mode.ts';

followTheme();
followTimeMode(browserStore());
followHistory();
followSession();
followStanding();
const root = document.getElementById('app');
if (root === null) throw new Error('index.html has no element "app"');
render(<App />, root);
