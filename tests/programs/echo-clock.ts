// Prints N lines (argument 2, default 200) at R a second (argument 1, default 100), each `{"n": NUMBER, "t": "NS"}` with the monotonic clock's nanoseconds.
import { Pace } from '../../jobrunner/simulator/scap/pace.ts';
import { numberArgument, print } from './scap.ts';

const rate = numberArgument(0, 100);
const count = numberArgument(1, 200);
const pace = new Pace(1);
for (let n = 1; n <= count; n++) {
  await pace.wait(1000 / rate);
  // process.hrtime is the same clock in every process of a host, so a reader can take the difference.
  await print(`{"n": ${n}, "t": "${process.hrtime.bigint()}"}\n`);
}
