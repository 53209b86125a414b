// @vitest-environment happy-dom
// Tests the buttons of the timeline, and moving between them by keyboard.
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, test, vi } from 'vitest';
import type { Timeline } from './timeline.ts';
import { TimelineBar } from './timeline-bar.tsx';

afterEach(cleanup);

const timeline: Timeline = {
  from: 0,
  to: 100_000,
  items: [
    { kind: 'phase', title: 'Merging', from: 0, to: 40_000, line: 1 },
    { kind: 'question', title: 'Continue?', from: 40_000, to: 60_000, by: 'Amina', line: null },
    { kind: 'phase', title: 'Syncing', from: 60_000, to: 100_000, line: 9 },
  ],
};

function renderBar() {
  const onJump = vi.fn();
  render(<TimelineBar timeline={timeline} onJump={onJump} />);
  return { onJump, buttons: screen.getAllByRole('button') };
}

test('the timeline has a labelled button for each part', () => {
  const { buttons } = renderBar();
  expect(screen.getByRole('toolbar', { name: 'Timeline' })).toBeTruthy();
  expect(buttons.map((button) => button.getAttribute('aria-label'))).toEqual([
    'Merging, +00:00, 0:40',
    'Question: Continue?, +00:40, 0:20, answered by Amina',
    'Syncing, +01:00, 0:40',
  ]);
});

test('a part of the timeline jumps to its line, and is disabled while its line is unknown', () => {
  const { onJump } = renderBar();
  expect(screen.getByRole('button', { name: /^Question/ }).hasAttribute('disabled')).toBe(true);
  fireEvent.click(screen.getByRole('button', { name: /^Syncing/ }));
  expect(onJump).toHaveBeenCalledWith(9);
});

test('arrow keys, Home and End move the focus between enabled parts of the timeline', () => {
  renderBar();
  const merging = screen.getByRole('button', { name: /^Merging/ });
  const syncing = screen.getByRole('button', { name: /^Syncing/ });
  expect(merging.tabIndex).toBe(0);
  expect(syncing.tabIndex).toBe(-1);
  merging.focus();
  const focusAfter = (key: string): Element | null => {
    fireEvent.keyDown(document.activeElement ?? document.body, { key });
    return document.activeElement;
  };
  expect(focusAfter('ArrowRight')).toBe(syncing);
  expect(focusAfter('ArrowRight')).toBe(syncing);
  expect(focusAfter('ArrowLeft')).toBe(merging);
  expect(focusAfter('End')).toBe(syncing);
  expect(focusAfter('Home')).toBe(merging);
});
