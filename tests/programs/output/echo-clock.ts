// Prints N lines (argument 2, default 200) at R lines per second (argument 1, default 100): `{"n": NUMBER, "t": "NS"}`, with the monotonic clock in nanoseconds.
import { Pace } from '../../../jobrunner/simulator/scap/pace.ts';
import { numberArgument, print } from '../scap.ts';

const rate = numberArgument(0, 100);
const count = numberArgument(1, 200);
const pace = new Pace(1);
for (let n = 1; n <= count; n++) {
  await pace.wait(1000 / rate);
  // All processes of a host share the clock of process.hrtime, so a reader can calculate the latency.
  await print(`{"n": ${n}, "t": "${process.hrtime.bigint()}"}\n`);
}
