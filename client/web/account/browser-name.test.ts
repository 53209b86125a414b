import { expect, test } from 'vitest';
import { cpuTime } from '../../../tests/cpu-time.ts';
import { browserName } from './browser-name.ts';

const linux = 'Mozilla/5.0 (X11; Linux x86_64';
const webkit = 'AppleWebKit/537.36 (KHTML, like Gecko)';

test('a user agent becomes a browser name with its version and system', () => {
  for (const [agent, browser, system] of [
    [`${linux}; rv:145.0) Gecko/20100101 Firefox/145.0`, 'Firefox 145', 'Linux'],
    [`${linux}) ${webkit} Chrome/140.0.0.0 Safari/537.36`, 'Chrome 140', 'Linux'],
    [
      `Mozilla/5.0 (Windows NT 10.0) ${webkit} Chrome/140.0.0.0 Safari/537.36 Edg/140.0`,
      'Edge 140',
      'Windows',
    ],
    [
      `Mozilla/5.0 (Linux; Android 15) ${webkit} Chrome/140.0.0.0 Mobile Safari/537.36`,
      'Chrome 140',
      'Android',
    ],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
      'Safari 18',
      'iPhone',
    ],
    ['curl/8.9.1', 'curl/8.9.1', null],
    ['x'.repeat(300), `${'x'.repeat(40)}…`, null],
  ] as const) {
    expect(browserName(agent), agent).toEqual({ browser, system });
  }
  expect(browserName(null)).toBeNull();
  expect(browserName('  ')).toBeNull();
});

test('a very long user agent is parsed in linear time', () => {
  const began = cpuTime();
  browserName(`Version/${'1.'.repeat(100_000)}`);
  expect(cpuTime() - began).toBeLessThan(200);
});
