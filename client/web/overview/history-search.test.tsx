// @vitest-environment happy-dom
// Tests the fields that filter the history.
import { cleanup, render, screen } from '@testing-library/preact';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { timeMode } from '../state/time-mode.ts';
import { boundOfDay } from './history-day.ts';
import { everyJob, outcomeGroups } from './history-filter.ts';
import { HistorySearch } from './history-search.tsx';

afterEach(cleanup);

test('a kind and an outcome are chosen from lists, and beside other conditions', async () => {
  const onFilter = vi.fn();
  const filter = { ...everyJob, owner: 'Amina' };
  render(<HistorySearch filter={filter} viewer="Amina" onFilter={onFilter} />);
  await userEvent.click(screen.getByRole('button', { name: 'Filters' }));
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Kind' }), 'Train');
  expect(onFilter).toHaveBeenLastCalledWith({ ...filter, kind: 'train' });
  await userEvent.selectOptions(
    screen.getByRole('combobox', { name: 'Outcome' }),
    'Deployed, also with errors',
  );
  expect(onFilter).toHaveBeenLastCalledWith({ ...filter, outcomes: ['DEPLOYED', 'DEPLOYED_WITH_ERRORS'] });
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Outcome' }), 'Only: lost');
  expect(onFilter).toHaveBeenLastCalledWith({ ...filter, outcomes: ['LOST'] });
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Kind' }), 'All kinds');
  expect(onFilter).toHaveBeenLastCalledWith(filter);
});

test('a project in the address is shown and can be removed', async () => {
  const onFilter = vi.fn();
  const filter = { ...everyJob, project: 'mediawiki/core' };
  render(<HistorySearch filter={filter} viewer={null} onFilter={onFilter} />);
  await userEvent.click(screen.getByRole('button', { name: 'Only mediawiki/core (show all)' }));
  expect(onFilter).toHaveBeenCalledWith(everyJob);
});

const problems = outcomeGroups.problems;
const button = (name: string) => screen.getByRole('button', { name });

test('all, mine and problems are one press each, and a second press takes it back', async () => {
  const onFilter = vi.fn();
  const { rerender } = render(<HistorySearch filter={everyJob} viewer="Amina" onFilter={onFilter} />);
  expect(button('All').getAttribute('aria-pressed')).toBe('true');
  await userEvent.click(button('Problems'));
  expect(onFilter).toHaveBeenLastCalledWith({ ...everyJob, outcomes: problems });
  await userEvent.click(button('Mine'));
  expect(onFilter).toHaveBeenLastCalledWith({ ...everyJob, owner: 'Amina' });
  const both = { ...everyJob, outcomes: problems, owner: 'Amina' };
  rerender(<HistorySearch filter={both} viewer="Amina" onFilter={onFilter} />);
  expect(['All', 'Mine', 'Problems'].map((name) => button(name).getAttribute('aria-pressed'))).toEqual([
    ...['false', 'true', 'true'],
  ]);
  await userEvent.click(button('Mine'));
  expect(onFilter).toHaveBeenLastCalledWith({ ...everyJob, outcomes: problems });
  await userEvent.click(button('All'));
  expect(onFilter).toHaveBeenLastCalledWith(everyJob);
});

test('further filters are shown on request, and when one of them is used', async () => {
  const { rerender } = render(<HistorySearch filter={everyJob} viewer={null} onFilter={() => {}} />);
  expect(screen.queryByRole('combobox', { name: 'Kind' })).toBeNull();
  await userEvent.click(button('Filters'));
  expect(screen.getByRole('combobox', { name: 'Kind' })).toBeTruthy();
  await userEvent.click(button('Filters'));
  expect(screen.queryByRole('combobox', { name: 'Kind' })).toBeNull();
  rerender(<HistorySearch filter={{ ...everyJob, from: '2026-11-24' }} viewer={null} onFilter={() => {}} />);
  expect(screen.getByLabelText<HTMLInputElement>('Ended from (UTC)').value).toBe('2026-11-24');
});

test('outcomes that are not a group are one entry of the list', () => {
  const filter = { ...everyJob, outcomes: ['FAILED', 'LOST'] } as const;
  render(<HistorySearch filter={filter} viewer={null} onFilter={() => {}} />);
  const list = screen.getByRole<HTMLSelectElement>('combobox', { name: 'Outcome' });
  expect(list.selectedOptions[0]?.textContent).toBe('failed, lost');
});

test.each([
  [{ stage: 'CANARIES' }, 'Only jobs with the stage “Canaries” (show all)'],
  [{ question: 'backport.confirm' }, 'Only jobs with an answer to “Backport the changes?” (show all)'],
  [{ question: 'other' }, 'Only jobs with an answer to another question (show all)'],
  [{ like: '7' }, 'Only jobs that ended like job 7 (show all)'],
  [{ startHour: 39 }, 'Only jobs that started in the hour Tue 15:00 UTC (show all)'],
  [
    { from: '2026-11-22T23:00:00.000Z', to: '2026-11-23T22:30:00.000Z' },
    'Only jobs that ended from 2026-11-22 23:00 to 2026-11-23 22:30 UTC (show all)',
  ],
] as const)(
  'a condition of a link from the statistics is shown and can be removed: %o',
  async (some, words) => {
    const onFilter = vi.fn();
    const filter = { ...everyJob, owner: 'Amina', ...some };
    render(<HistorySearch filter={filter} viewer="Amina" onFilter={onFilter} />);
    await userEvent.click(await screen.findByRole('button', { name: words }));
    expect(onFilter).toHaveBeenCalledWith({ ...everyJob, owner: 'Amina' });
  },
);

test('a range from a day to a moment is shown once, and removing the moment leaves the day', async () => {
  const onFilter = vi.fn();
  const filter = { ...everyJob, from: '2026-11-22', to: '2026-11-23T22:30:00.000Z' };
  render(<HistorySearch filter={filter} viewer={null} onFilter={onFilter} />);
  const words = 'Only jobs that ended from … to 2026-11-23 22:30 UTC (show all)';
  await userEvent.click(await screen.findByRole('button', { name: words }));
  expect(onFilter).toHaveBeenCalledWith({ ...everyJob, from: '2026-11-22' });
  expect(screen.getByLabelText<HTMLInputElement>('Ended from (UTC)').value).toBe('2026-11-22');
  expect(screen.getByLabelText<HTMLInputElement>('Ended until (UTC)').value).toBe('');
});

test('the fields have the days of the time zone in which the page shows times', () => {
  timeMode.value = 'local';
  onTestFinished(() => {
    timeMode.value = 'relative';
  });
  const from = boundOfDay('2026-11-22', 'from', true);
  render(<HistorySearch filter={{ ...everyJob, from }} viewer={null} onFilter={() => {}} />);
  expect(screen.getByLabelText<HTMLInputElement>('Ended from (your time)').value).toBe('2026-11-22');
});

test('the filters stay when the last one is removed, and can be closed while one is in use', async () => {
  const withKind = { ...everyJob, kind: 'train' } as const;
  const { rerender } = render(<HistorySearch filter={withKind} viewer={null} onFilter={() => {}} />);
  const kind = screen.getByRole('combobox', { name: 'Kind' });
  kind.focus();
  rerender(<HistorySearch filter={everyJob} viewer={null} onFilter={() => {}} />);
  expect(screen.getByRole('combobox', { name: 'Kind' })).toBe(kind);
  rerender(<HistorySearch filter={withKind} viewer={null} onFilter={() => {}} />);
  await userEvent.click(button('Filters'));
  expect(button('Filters').getAttribute('aria-expanded')).toBe('false');
  expect(screen.queryByRole('combobox', { name: 'Kind' })).toBeNull();
});

test('while the name of the user is not known, the place of “Mine” is taken', async () => {
  const onFilter = vi.fn();
  render(<HistorySearch filter={everyJob} viewer={null} onFilter={onFilter} />);
  await userEvent.click(button('Mine'));
  expect(onFilter).not.toHaveBeenCalled();
});
