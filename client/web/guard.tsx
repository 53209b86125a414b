// Owns what the page shows when it fails to start or to render: a sentence, because an empty page explains nothing.
import type { ComponentChildren } from 'preact';
import { useErrorBoundary } from 'preact/hooks';
import { msg } from './i18n/msg.ts';
import { Message } from './parts/message.tsx';
import { plainPath, route } from './route.ts';

/** Renders its children, or the failure if one of them throws. */
export function Guard({ children }: { children: ComponentChildren }) {
  const [error] = useErrorBoundary((thrown) => reportError(thrown));
  return error === undefined ? children : <Failure error={error} />;
}

/** Says that the page failed, and what to do. */
export function Failure({ error }: { error: unknown }) {
  return (
    <main class="column" id="content" tabIndex={-1}>
      <h1 class="section-heading">{msg('app-failed-heading')}</h1>
      <Message tone="error">
        {msg('app-failed', String(error))}{' '}
        <button type="button" class="cdx-button" onClick={() => location.reload()}>
          {msg('app-outdated-reload')}
        </button>{' '}
        <a href={plainPath(route.value)}>{msg('app-plain')}</a>
      </Message>
    </main>
  );
}
