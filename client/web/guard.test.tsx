// @vitest-environment happy-dom
// Tests that a component that throws leaves a sentence, not an empty page.
import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, expect, test, vi } from 'vitest';
import { Guard } from './guard.tsx';

afterEach(cleanup);

test('a component that throws is replaced by a sentence that says why', () => {
  const reported = vi.fn();
  vi.stubGlobal('reportError', reported);
  const Broken = () => {
    throw new Error('no such thing');
  };
  render(
    <Guard>
      <Broken />
    </Guard>,
  );
  expect(screen.getByRole('alert').textContent).toContain('no such thing');
  expect(screen.getByRole('link').getAttribute('href')).toBe('/plain');
  vi.unstubAllGlobals();
});
