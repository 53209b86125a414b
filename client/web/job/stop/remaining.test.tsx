// @vitest-environment happy-dom
// Tests the notice that names the processes of a stopped job that still run.
import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { RemainingProcesses } from './remaining.tsx';

afterEach(cleanup);

const processOf = (name: string, pid: number, second: number) => ({
  name,
  pid,
  since: `2026-11-20T12:00:0${second}.000Z`,
});

test('processes are listed by program, with their number and since when the oldest one runs', () => {
  render(
    <RemainingProcesses
      remaining={[processOf('helm', 11, 5), processOf('rsync', 12, 4), processOf('helm', 13, 3)]}
    />,
  );
  expect(screen.getByText('scap has exited. These processes still run:')).toBeTruthy();
  const rows = screen.getAllByRole('listitem');
  expect(rows.map((row) => row.textContent)).toEqual([
    expect.stringMatching(/^helm \(2\).*since/),
    expect.stringMatching(/^rsync.*since/),
  ]);
  expect(rows.map((row) => row.querySelector('time')?.dateTime)).toEqual([
    '2026-11-20T12:00:03.000Z',
    '2026-11-20T12:00:04.000Z',
  ]);
});

test('the name of a process cannot change what is shown around it', () => {
  render(<RemainingProcesses remaining={[processOf('<i>x</i>\u202ehelm', 11, 1)]} />);
  const [row] = screen.getAllByRole('listitem');
  expect(row?.querySelector('i')).toBeNull();
  expect(row?.textContent).not.toContain('\u202e');
});

test('nothing is shown when no process remains', () => {
  const { container } = render(<RemainingProcesses remaining={[]} />);
  expect(container.textContent).toBe('');
});
