// Asks N questions (argument 1, default 200) whose prompts are `N asked at NS`, and prints `{"n": NUMBER, "answered": "NS"}` for each answer.
// Argument 2: milliseconds between an answer and the next question (default 0).
import { setTimeout as sleep } from 'node:timers/promises';
import { ask, finish, numberArgument, print } from '../scap.ts';

const count = numberArgument(0, 200);
const pause = numberArgument(1, 0);
for (let n = 1; n <= count; n++) {
  // Nanoseconds of the monotonic clock, which all processes of a host share.
  await ask(`${n} asked at ${process.hrtime.bigint()}`);
  const answered = process.hrtime.bigint();
  await print(`{"n": ${n}, "answered": "${answered}"}\n`);
  if (pause > 0) await sleep(pause);
}
finish();
