import { expect, test } from 'vitest';
import { handedOnEnvironment, inheritedDescriptors } from './socket-activation.ts';

test('C10 sockets of systemd are used only by the process that LISTEN_PID names', () => {
  expect(inheritedDescriptors({ LISTEN_PID: '7', LISTEN_FDS: '2' }, 7)).toEqual([3, 4]);
  expect(inheritedDescriptors({ LISTEN_PID: '7', LISTEN_FDS: '2' }, 8)).toEqual([]);
  expect(inheritedDescriptors({}, 7)).toEqual([]);
  expect(inheritedDescriptors({ LISTEN_PID: '7', LISTEN_FDS: '' }, 7)).toEqual([]);
});

test('C10 an invalid number of sockets is refused by the process that it is for', () => {
  for (const count of ['-1', 'x', '1e9', '1.5', '17']) {
    expect(() => inheritedDescriptors({ LISTEN_PID: '7', LISTEN_FDS: count }, 7)).toThrow(
      `LISTEN_FDS: "${count}" is not a whole number from 0 to 16`,
    );
    expect(inheritedDescriptors({ LISTEN_PID: '7', LISTEN_FDS: count }, 8)).toEqual([]);
  }
});

test('C10 a child process finds the sockets that were handed on to it', () => {
  expect(inheritedDescriptors(handedOnEnvironment([3, 4]), 9)).toEqual([3, 4]);
  expect(handedOnEnvironment([])).toEqual({});
});
