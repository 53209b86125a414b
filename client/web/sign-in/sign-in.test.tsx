// @vitest-environment happy-dom
// Tests the sign-in page and its sentences for a failed sign-in.
import { cleanup, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { problemInWords, SignIn } from './sign-in.tsx';

/** The provider that the server offers, or null. */
let provider: { readonly name: string; readonly available: boolean } | null;

beforeEach(() => {
  provider = null;
  vi.stubGlobal('fetch', async () => new Response(JSON.stringify({ link: true, provider })));
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

test('the sign-in page says which command to run', () => {
  render(<SignIn notice={null} />);
  expect(screen.getByRole('heading', { name: 'Sign in' })).toBeTruthy();
  expect(screen.getByText('spiderpig login')).toBeTruthy();
});

test('the sign-in page shows why the user was signed out', () => {
  render(<SignIn notice="You are signed out." />);
  expect(screen.getByText('You are signed out.')).toBeTruthy();
});

test('the sign-in page links to the identity provider', async () => {
  provider = { name: 'idp.example', available: true };
  render(<SignIn notice={null} />);
  const link = await screen.findByRole('link', { name: 'Sign in with idp.example' });
  expect(link.getAttribute('href')).toMatch(/^\/sign-in\/provider\?next=/);
});

test('the sign-in page warns when the identity provider is not answering', async () => {
  provider = { name: 'idp.example', available: false };
  render(<SignIn notice={null} />);
  expect(await screen.findByText(/^idp\.example is not answering/)).toBeTruthy();
});

test.each(['constructor', '__proto__', 'toString', '', 'nonsense'])(
  'an unknown sign-in problem (%j) has a general sentence',
  (reason) => {
    expect(problemInWords(reason)).toBe('Signing in failed. Try again.');
  },
);

test('each sign-in problem that the server names has its own sentence', () => {
  const reasons = [
    'attempt',
    'denied',
    'refused',
    'answer',
    'name',
    'unavailable',
    'busy',
    'database',
    'none',
  ];
  const sentences = new Set(reasons.map(problemInWords));
  expect(sentences.size).toBe(reasons.length);
  expect(sentences).not.toContain(problemInWords('nonsense'));
});

test('a link that the server refuses before it looks at it is not called used', async () => {
  history.replaceState(null, '', '/sign-in#code=good');
  const why = 'The address and the proxy do not agree.';
  vi.stubGlobal('fetch', async (path: string) =>
    path === '/sign-in'
      ? new Response(`${why}\n`, { status: 403, headers: { 'content-type': 'text/plain; charset=utf-8' } })
      : new Response(JSON.stringify({ link: true, provider })),
  );
  render(<SignIn notice={null} />);
  expect(await screen.findByText(why)).toBeTruthy();
  history.replaceState(null, '', '/');
});
