// @vitest-environment happy-dom
// Tests the fields that filter the history.
import { cleanup, render, screen } from '@testing-library/preact';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { everyJob } from './history-filter.ts';
import { HistorySearch } from './history-search.tsx';

afterEach(cleanup);

test('a kind and an outcome are chosen from lists, and beside other conditions', async () => {
  const onFilter = vi.fn();
  const filter = { ...everyJob, owner: 'Amina' };
  render(<HistorySearch filter={filter} viewer="Amina" onFilter={onFilter} />);
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Kind' }), 'Train');
  expect(onFilter).toHaveBeenLastCalledWith({ ...filter, kind: 'train' });
  await userEvent.selectOptions(screen.getByRole('combobox', { name: 'Outcome' }), 'Deployed');
  expect(onFilter).toHaveBeenLastCalledWith({ ...filter, group: 'deployed' });
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
