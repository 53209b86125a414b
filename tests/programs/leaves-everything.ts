// Leaves a child that nothing tells to be of this job: another session, another parent, an empty environment. Says `child: PID` and waits for a line on stdin.
import { execFileSync } from 'node:child_process';
import { answer, finish, say } from './scap.ts';

// The shell in between ends at once; the child lives at most 60 seconds.
const runaway = 'env -i setsid sleep 60 <&- >/dev/null 2>&1 & echo $!';
await say(`child: ${execFileSync('sh', ['-c', runaway], { encoding: 'utf8' }).trim()}`);
await answer();
finish();
