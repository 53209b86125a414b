// Preloaded into the processes of a crash test: shifts their clock by the milliseconds in the file CRASH_CLOCK, which can change at any time. Monotonic clocks are not shifted, as at a step of a real clock.
import { openSync, readSync } from 'node:fs';

const file = openSync(process.env['CRASH_CLOCK'] ?? '', 'r');
const bytes = Buffer.alloc(8);
const realNow = Date.now;

function shiftedNow(): number {
  readSync(file, bytes, 0, 8, 0);
  return realNow() + bytes.readDoubleLE();
}

globalThis.Date = new Proxy(Date, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [shiftedNow()] : args, newTarget),
  get: (target, key, receiver) => (key === 'now' ? shiftedNow : Reflect.get(target, key, receiver)),
});
