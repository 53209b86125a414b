// @vitest-environment happy-dom
// Tests the list of the questions that a job has asked.
import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, test } from 'vitest';
import { jobDetail, question } from '../../../../tests/component/job.ts';
import { AnswerList } from './answer-list.tsx';

afterEach(cleanup);

const asked = ['101', '102'].map((id) =>
  question(id, {
    answer: 'y',
    answeredBy: { id: '1', name: 'ada  ' },
    answeredAt: '2026-11-20T12:00:06.000Z',
  }),
);

test('L1 the name of who answered does not look like another name', () => {
  render(<AnswerList job={jobDetail('7', { interactions: asked, firstInteraction: [{ id: '101' }] })} />);
  expect(screen.getAllByText('by ada␣␣')).toHaveLength(2);
});

test('the list says that there are earlier questions than those it shows', () => {
  const words = 'Only the last 2 questions are shown. The log has the earlier ones.';
  const { rerender } = render(
    <AnswerList job={jobDetail('7', { interactions: asked, firstInteraction: [{ id: '101' }] })} />,
  );
  expect(screen.queryByText(words)).toBeNull();
  rerender(<AnswerList job={jobDetail('7', { interactions: asked, firstInteraction: [{ id: '1' }] })} />);
  expect(screen.getByText(words)).toBeTruthy();
});
