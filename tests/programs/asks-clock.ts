// Asks N questions (argument, default 200) whose prompts are `N asked at NS`, and prints `{"n": NUMBER, "answered": "NS"}` when each answer arrives.
import { ask, finish, numberArgument, print } from './scap.ts';

const count = numberArgument(0, 200);
for (let n = 1; n <= count; n++) {
  // The monotonic clock's nanoseconds, the same in every process of a host.
  await ask(`${n} asked at ${process.hrtime.bigint()}`);
  const answered = process.hrtime.bigint();
  await print(`{"n": ${n}, "answered": "${answered}"}\n`);
}
finish();
