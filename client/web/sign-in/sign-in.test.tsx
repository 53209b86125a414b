// @vitest-environment happy-dom
// Tests the sign-in page and its sentences for a failed sign-in.
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { pageKey } from './session.ts';
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
  pageKey.value = null;
  history.replaceState(null, '', '/');
});

test('the sign-in page says which command to run', () => {
  render(<SignIn notice={null} />);
  expect(screen.getByRole('heading', { name: 'Sign in' })).toBeTruthy();
  expect(screen.getByText('spiderpig login')).toBeTruthy();
  expect(screen.getByRole('button', { name: 'Copy command' })).toBeTruthy();
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
    'slow',
    'large',
    'web-page',
    'name',
    'taken',
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
});

/** Answers requests of the page; returns the bodies of those that redeem a code. */
function answerSignIn(user: string): string[] {
  const redeemed: string[] = [];
  vi.stubGlobal('fetch', async (path: string, init?: RequestInit) => {
    if (path === '/sign-in/standing') return new Response(JSON.stringify({ standing: 'in', user }));
    if (path !== '/sign-in') return new Response(JSON.stringify({ link: true, provider }));
    redeemed.push(String(init?.body));
    return new Response(JSON.stringify({ message: 'used' }), { status: 403 });
  });
  return redeemed;
}

test('C14 a link does not replace the session of a signed-in browser before its user agrees', async () => {
  pageKey.value = 'the key';
  history.replaceState(null, '', '/sign-in#code=foreign');
  const redeemed = answerSignIn('ada');
  render(<SignIn notice={null} />);
  expect(await screen.findByText(/^You are already signed in as ada\./)).toBeTruthy();
  expect(redeemed).toEqual([]);
  fireEvent.click(screen.getByRole('button', { name: 'Sign in with the link' }));
  expect(await screen.findByText('used')).toBeTruthy();
  expect(redeemed.map((body) => JSON.parse(body))).toEqual([{ code: 'foreign', proof: null }]);
});

test('C14 a user who stays signed in does not use up the link', async () => {
  pageKey.value = 'the key';
  history.replaceState(null, '', '/sign-in#code=foreign');
  const redeemed = answerSignIn('ada');
  render(<SignIn notice={null} />);
  fireEvent.click(await screen.findByRole('button', { name: 'Stay signed in' }));
  expect(redeemed).toEqual([]);
  expect(location.hash).toBe('');
});

test('C14 the page also asks when it does not learn who is signed in', async () => {
  pageKey.value = 'the key';
  history.replaceState(null, '', '/sign-in#code=foreign');
  const redeemed = answerSignIn('ada');
  const answer = globalThis.fetch;
  vi.stubGlobal('fetch', (path: string, init?: RequestInit) =>
    path === '/sign-in/standing' ? Promise.reject(new TypeError('no connection')) : answer(path, init),
  );
  render(<SignIn notice={null} />);
  expect(await screen.findByRole('button', { name: 'Stay signed in' })).toBeTruthy();
  expect(redeemed).toEqual([]);
});
