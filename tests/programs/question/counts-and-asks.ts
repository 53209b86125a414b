// Asks a question while it prints N numbered lines (argument 2) at R lines per second (argument 1), then prints `got: ANSWER`.
import { Pace } from '../../../jobrunner/simulator/scap/pace.ts';
import { ask, finish, numberArgument, print } from '../scap.ts';

const rate = numberArgument(0, 50);
const count = numberArgument(1, 100);
const answer = ask('Go on?');
const pace = new Pace(1);
for (let n = 1; n <= count; n++) {
  await pace.wait(1000 / rate);
  await print(`${n}\n`);
}
await print(`got: ${await answer}\n`);
finish();
