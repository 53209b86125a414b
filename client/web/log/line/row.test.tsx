// @vitest-environment happy-dom
// Tests what one row of the log shows.
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, test, vi } from 'vitest';
import { plainStyle } from '../../../../schema/text/terminal/text-style.ts';
import type { Section } from '../mark/section.ts';
import type { LogLine } from './line.ts';
import { Row, type RowProps } from './row.tsx';
import type { RowSetting } from './row-setting.ts';

afterEach(cleanup);

const line = (more: Partial<LogLine> = {}): LogLine => ({
  number: 7,
  at: '2026-11-24T12:00:00.000Z',
  kind: 'OUTPUT',
  text: 'Merging',
  sensitive: false,
  continues: false,
  ...more,
});
const section: Section = {
  first: 7,
  last: 12,
  title: 'Merging',
  from: 0,
  to: 5000,
  level: 0,
  kind: 'phase',
};

function renderRow(props: Partial<RowProps> = {}, setting: Partial<RowSetting> = {}) {
  const callbacks = { onReveal: vi.fn(), onToggleSection: vi.fn(), onPick: vi.fn() };
  const rendered = render(
    <Row
      number={7}
      line={line()}
      textStyle={plainStyle}
      last={7}
      revealed={undefined}
      selected={false}
      current={false}
      section={null}
      collapsed={false}
      isContinued={false}
      setting={{
        gerritUrl: null,
        mayReveal: true,
        lineTime: (at) => at.slice(11, 19),
        highlight: null,
        ...callbacks,
        ...setting,
      }}
      {...props}
    />,
  );
  return { ...rendered, ...callbacks };
}

test('a row shows number, time and text of its line', () => {
  renderRow();
  expect(screen.getByRole('link', { name: '7' }).getAttribute('href')).toBe('#L7');
  expect(screen.getByText('12:00:00').getAttribute('datetime')).toBe('2026-11-24T12:00:00.000Z');
  expect(screen.getByText('Merging')).toBeTruthy();
});

test('a row of output shows colours as classes and no escape sequence', () => {
  const { container } = renderRow({ line: line({ text: '\x1b[31mred\x1b[0m end' }) });
  expect(container.querySelector('.log__text')?.textContent).toBe('red end');
  expect(screen.getByText('red').className).toBe('fg-1');
});

test('a row that is not output has a label and no colours', () => {
  renderRow({ line: line({ kind: 'QUESTION', text: '\x1b[31mContinue?' }) });
  expect(screen.getByText('Question')).toBeTruthy();
  expect(screen.getByText('Continue?').className).not.toContain('fg-1');
});

test('a row highlights search matches', () => {
  renderRow({ line: line({ text: 'sync and sync' }) }, { highlight: () => [{ from: 9, to: 13 }] });
  expect(screen.getByText('sync', { selector: 'mark' })).toBeTruthy();
});

test('a row cuts a very long line and says how much is left out', () => {
  const { container } = renderRow({ line: line({ text: 'x'.repeat(10_400) }) });
  expect(container.textContent).toContain('400 more characters');
});

test('a row that is not loaded yet shows its number and no text', () => {
  const { container } = renderRow({ line: undefined });
  expect(screen.getByRole('link', { name: '7' })).toBeTruthy();
  expect(container.querySelector('.log__text')?.textContent).toBe('');
});

test('a row of hidden lines says how many there are and reveals them', () => {
  const { onReveal } = renderRow({ line: line({ text: null, sensitive: true }), last: 9 });
  expect(screen.getByText('3 sensitive lines hidden')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Show sensitive lines 7 to 9' }));
  expect(onReveal).toHaveBeenCalledWith(7, 9);
});

test('a row of hidden lines shows a viewer why they cannot be revealed', () => {
  renderRow({ line: line({ text: null, sensitive: true }) }, { mayReveal: false });
  const button = screen.getByRole('button', { name: /only deployers can see sensitive lines/ });
  expect(button.hasAttribute('disabled')).toBe(true);
});

test('a revealed row shows its text and that it is sensitive', () => {
  renderRow({ line: line({ text: null, sensitive: true }), revealed: 'password' });
  expect(screen.getByText('sensitive')).toBeTruthy();
  expect(screen.getByText(/password/)).toBeTruthy();
});

test('a row picks its line when its number is clicked, and extends with Shift', () => {
  const { onPick } = renderRow();
  const number = screen.getByRole('link', { name: '7' });
  fireEvent.click(number);
  fireEvent.click(number, { shiftKey: true });
  fireEvent.click(number, { ctrlKey: true });
  expect(onPick.mock.calls).toEqual([
    [7, false],
    [7, true],
  ]);
});

test('the first row of a section collapses and expands it', () => {
  const { onToggleSection, unmount } = renderRow({ section });
  const button = screen.getByRole('button', { name: 'Collapse Merging' });
  expect(button.getAttribute('aria-expanded')).toBe('true');
  fireEvent.click(button);
  expect(onToggleSection).toHaveBeenCalledWith(7);
  unmount();
  renderRow({ section, collapsed: true });
  expect(screen.getByRole('button', { name: 'Expand Merging' })).toBeTruthy();
  expect(screen.getByText('5 lines collapsed')).toBeTruthy();
});

test('only the first line of a question has a label, and a row of its table is not wrapped', () => {
  const asked = (text: string) => line({ kind: 'QUESTION', text });
  const { container } = renderRow({ line: asked('These changes:') });
  expect(screen.getByText('Question')).toBeTruthy();
  expect(container.querySelector('.log__row--table')).toBeNull();
  cleanup();
  const table = renderRow({ line: asked('│ 1102340 │ core │'), isContinued: true });
  expect(screen.queryByText('Question')).toBeNull();
  expect(table.container.querySelector('.log__row--table')?.textContent).toContain('│ 1102340 │ core │');
});
