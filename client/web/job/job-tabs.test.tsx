// @vitest-environment happy-dom
// Tests the tabs of a job's page on a phone.
import { act, cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isNarrow } from '../state/narrow.ts';
import { JobTabs, panelOf, useJobTab } from './job-tabs.tsx';

beforeEach(() => {
  isNarrow.value = true;
  history.replaceState(null, '', '/jobs/7');
});
afterEach(cleanup);

function Page({ changeCount = 3 }: { changeCount?: number }) {
  const [tab, setTab] = useJobTab();
  return (
    <>
      <JobTabs chosen={tab} changeCount={changeCount} onChoose={setTab} />
      <div {...panelOf('log', tab)}>the lines</div>
      <div {...panelOf('changes', tab)}>the changes</div>
      <div {...panelOf('facts', tab)}>
        <a href="#L33">Line 33</a>
      </div>
    </>
  );
}
const tab = (name: string) => screen.getByRole('tab', { name });
const chosen = () => screen.getByRole('tab', { selected: true }).textContent;

test('a tab shows its part, which is labelled by it, and marks the others as behind', async () => {
  const user = userEvent.setup();
  render(<Page />);
  expect(chosen()).toBe('Log');
  await user.click(tab('Changes 3'));
  expect(chosen()).toBe('Changes 3');
  expect(screen.getByRole('tabpanel', { name: 'Changes 3' }).hasAttribute('data-behind')).toBe(false);
  expect(screen.getByText('the lines').hasAttribute('data-behind')).toBe(true);
});

test('arrow keys, Home and End move from tab to tab', async () => {
  const user = userEvent.setup();
  render(<Page />);
  tab('Log').focus();
  await user.keyboard('{ArrowRight}');
  expect(chosen()).toBe('Changes 3');
  expect(document.activeElement).toBe(tab('Changes 3'));
  await user.keyboard('{End}');
  expect(chosen()).toBe('Facts');
  await user.keyboard('{Home}{ArrowLeft}');
  expect(chosen()).toBe('Log');
});

test('a link to a line shows the log', async () => {
  const user = userEvent.setup();
  render(<Page />);
  await user.click(tab('Facts'));
  await user.click(screen.getByRole('link', { name: 'Line 33' }));
  expect(chosen()).toBe('Log');
  await user.click(tab('Facts'));
  location.hash = '#L40';
  await act(() => void fireEvent(window, new HashChangeEvent('hashchange')));
  expect(chosen()).toBe('Log');
});

test('a job without changes has no tab for them, and a wide window has no tabs', async () => {
  const { rerender } = render(<Page changeCount={0} />);
  expect(screen.getAllByRole('tab').map(({ textContent }) => textContent)).toEqual(['Log', 'Facts']);
  isNarrow.value = false;
  rerender(<Page />);
  expect(screen.queryByRole('tab')).toBeNull();
  expect(screen.queryByRole('tabpanel')).toBeNull();
});

test('in a script from right to left, the arrow keys lead to where they point', async () => {
  const user = userEvent.setup();
  render(
    <div style={{ direction: 'rtl' }}>
      <Page />
    </div>,
  );
  tab('Log').focus();
  await user.keyboard('{ArrowRight}');
  expect(chosen()).toBe('Log');
  await user.keyboard('{ArrowLeft}');
  expect(chosen()).toBe('Changes 3');
});
