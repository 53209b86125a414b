// Starts a child in another session that ignores SIGINT and SIGTERM, sends `child: PID`, waits for a line on stdin and exits. The child runs for at most 60 seconds.
import { spawn } from 'node:child_process';
import { answer, finish, say } from '../scap.ts';

const runaway = `
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {});
  setTimeout(() => process.exit(), 60_000);
  process.send('ready', () => process.disconnect());
`;
const child = spawn(process.execPath, ['-e', runaway], {
  detached: true,
  stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
});
await new Promise((resolve) => child.once('message', resolve));
child.unref();
await say(`child: ${child.pid}`);
await answer();
finish();
