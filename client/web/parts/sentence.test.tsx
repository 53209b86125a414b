// @vitest-environment happy-dom
// Tests how commands in sentences are shown.
import { render } from '@testing-library/preact';
import { expect, test } from 'vitest';
import { Message } from './message.tsx';

test('a message shows a command as code, without its backticks', () => {
  const { container } = render(
    <Message tone="error">{'This link has expired. Run `spiderpig login` on the deployment host.'}</Message>,
  );
  expect(container.textContent).toBe('This link has expired. Run spiderpig login on the deployment host.');
  expect(container.querySelector('code')?.textContent).toBe('spiderpig login');
});

test('a single backtick and markup stay as they are', () => {
  const { container } = render(<Message tone="error">{'One ` and <b>bold</b>'}</Message>);
  expect(container.textContent).toBe('One ` and <b>bold</b>');
  expect(container.querySelector('b')).toBeNull();
});
