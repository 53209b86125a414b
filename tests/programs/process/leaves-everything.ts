// Starts a child that cannot be related to the job: another session, another parent, an empty environment. Sends `child: PID` and waits for a line on stdin.
import { execFileSync } from 'node:child_process';
import { answer, finish, say } from '../scap.ts';

// The shell between them exits immediately. The child runs for at most five minutes.
const runaway = 'env -i setsid sleep 300 <&- >/dev/null 2>&1 & echo $!';
await say(`child: ${execFileSync('sh', ['-c', runaway], { encoding: 'utf8' }).trim()}`);
await answer();
finish();
