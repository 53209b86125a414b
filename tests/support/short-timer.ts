// Preloaded into the processes of a world: timers with exactly the delays in SHORT_TIMERS, such as `15000=1000`, run earlier. Other timers and all clocks are real.

const delays = new Map(
  (process.env['SHORT_TIMERS'] ?? '').split(',').map((pair): [number, number] => {
    const [from, to] = pair.split('=');
    return [Number(from), Number(to)];
  }),
);
globalThis.setTimeout = new Proxy(setTimeout, {
  apply(target, self, [callback, delay, ...values]) {
    return Reflect.apply(target, self, [callback, delays.get(delay) ?? delay, ...values]);
  },
});
