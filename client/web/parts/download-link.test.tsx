// @vitest-environment happy-dom
// Tests that a download asks for a ticket first.
import { cleanup, fireEvent, render, screen } from '@testing-library/preact';
import { afterEach, expect, test, vi } from 'vitest';
import { pageKey } from '../sign-in/session.ts';
import { DownloadLink } from './download-link.tsx';

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  pageKey.value = null;
});

test('C11 a download link asks for a ticket with the page key, and downloads with it', async () => {
  pageKey.value = 'the key';
  const request = vi.fn(async () => new Response(JSON.stringify({ ticket: 'once' })));
  vi.stubGlobal('fetch', request);
  const clicked = new Promise<string>((resolve) => {
    vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(function (this: HTMLAnchorElement) {
      resolve(this.getAttribute('href') ?? '');
    });
  });
  render(
    <DownloadLink class="" href="/jobs/7/log.txt?colours=no">
      Log
    </DownloadLink>,
  );
  fireEvent.click(screen.getByRole('link', { name: 'Log' }));
  expect(await clicked).toBe('/jobs/7/log.txt?colours=no&ticket=once');
  expect(request).toHaveBeenCalledWith(
    '/ticket',
    expect.objectContaining({
      body: JSON.stringify({ path: '/jobs/7/log.txt?colours=no' }),
      headers: expect.objectContaining({ 'x-spiderpig-page-key': 'the key' }),
    }),
  );
});

test('a download link says when the download could not start', async () => {
  vi.stubGlobal('fetch', async () => new Response('{}', { status: 401 }));
  render(
    <DownloadLink class="" href="/audit.jsonl">
      Export
    </DownloadLink>,
  );
  fireEvent.click(screen.getByRole('link', { name: 'Export' }));
  expect((await screen.findByRole('alert')).textContent).toMatch(/^The download did not start/);
});
