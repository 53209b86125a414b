// @vitest-environment happy-dom
// Tests the order in which parts of the first view appear.
import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, test, vi } from 'vitest';
import { appearInTasks, Later } from './later.tsx';

afterEach(cleanup);

const page = (
  <>
    <p>header</p>
    <Later>
      <p>question</p>
    </Later>
    <Later>
      <p>log</p>
    </Later>
  </>
);
const shown = (): (string | null)[] => screen.queryAllByText(/./).map(({ textContent }) => textContent);

test('parts of the first view appear one after the other, in the order of the document', async () => {
  const end = appearInTasks();
  const seen: string[] = [];
  const observer = new MutationObserver(() => seen.push(shown().join(' ')));
  observer.observe(document.body, { childList: true, subtree: true });
  render(page);
  expect(shown()).toEqual(['header']);
  await screen.findByText('log');
  expect(shown()).toEqual(['header', 'question', 'log']);
  await vi.waitFor(() => expect(seen).toEqual(['header', 'header question', 'header question log']));
  observer.disconnect();
  end();
});

test('after the first view, parts appear with what contains them', () => {
  appearInTasks()();
  render(page);
  expect(shown()).toEqual(['header', 'question', 'log']);
});

test('a part that is removed before it appears does not delay the others', async () => {
  const end = appearInTasks();
  const { rerender } = render(page);
  rerender(
    <>
      <p>header</p>
      {null}
      <Later>
        <p>log</p>
      </Later>
    </>,
  );
  await screen.findByText('log');
  expect(shown()).toEqual(['header', 'log']);
  end();
});
