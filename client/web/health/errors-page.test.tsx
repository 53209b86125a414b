// @vitest-environment happy-dom
// Tests the page of errors: the table, filters, order, a failing search, and the states without errors.
import { cleanup, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { errorLog, errorRow } from '../../../tests/component/error-log.ts';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import { ErrorsPage } from './errors-page.tsx';

let server: GraphqlStandIn;
const source = { readAt: null, problem: null, failingSince: null };

beforeEach(() => {
  server = new GraphqlStandIn();
  server.answer('ErrorLog', () => ({ errorLog: { source } }));
});
afterEach(() => {
  cleanup();
  history.replaceState(null, '', '/');
});

async function openPage(log = errorLog()) {
  const user = renderWith(server, <ErrorsPage />);
  await waitFor(() => server.push('ErrorLogUpdates', { errorLogUpdates: log }));
  await screen.findByText(/errors?, |not known/);
  return user;
}

const rows = () =>
  within(screen.getByRole('table', { name: 'Messages' }))
    .getAllByRole('row')
    .slice(1);

test('a new message is marked, and each row has count, versions, wikis and trend', async () => {
  await openPage();
  expect(screen.getByText('2,408 errors, 40 per minute')).toBeTruthy();
  expect(screen.getByText('2 of 2 messages shown, 1 new.')).toBeTruthy();
  const [first, second] = rows();
  expect(first?.textContent).toContain('New');
  expect(second?.textContent).not.toContain('New');
  expect(first?.textContent).toContain('1,204');
  expect(first?.textContent).toContain('1.45.0-wmf.13');
  expect(first?.textContent).toContain('dewiki and others');
  expect(
    within(first ?? document.body).getByRole('img', {
      name: 'Errors per minute in 3 minutes: at most 4, 2 in the last one',
    }),
  ).toBeTruthy();
});

test('a long list is shown wholly, and follows a shorter one', async () => {
  const many = Array.from({ length: 100 }, (_, index) => errorRow(String(index)));
  await openPage(errorLog({}, { messages: many }));
  // The rows are rendered in several tasks, which a busy machine does not finish within the default of one second.
  await waitFor(() => expect(rows()).toHaveLength(100), { timeout: 15_000 });
  const few = many.slice(50, 52);
  server.push('ErrorLogUpdates', { errorLogUpdates: errorLog({}, { messages: few }) });
  await waitFor(() => expect(rows()).toHaveLength(2));
  expect(rows()[0]?.textContent).toContain('Foo::bar50()');
});

test('filters and the order are requested from the server', async () => {
  const user = await openPage();
  await user.click(screen.getByRole('button', { name: 'Last seen' }));
  await user.selectOptions(screen.getByRole('combobox', { name: 'Time range' }), '5');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Version' }), '1.45.0-wmf.13');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Servers' }), 'CANARIES');
  await user.click(screen.getByRole('checkbox', { name: 'Only new messages' }));
  await user.type(screen.getByRole('searchbox'), 'Foo');
  const wanted = {
    name: 'ErrorLogUpdates',
    variables: {
      minutes: 5,
      text: 'Foo',
      version: '1.45.0-wmf.13',
      target: 'CANARIES',
      onlyNew: true,
      sort: 'LAST_SEEN',
    },
  };
  await waitFor(() => expect(server.subscribed.at(-1)).toEqual(wanted));
  // Not once for each letter.
  const texts = server.subscribed.map(({ variables }) => variables?.['text']);
  expect(texts.filter((text) => text === 'F' || text === 'Fo')).toEqual([]);
  expect(location.search).toBe(
    '?sort=last-seen&minutes=5&version=1.45.0-wmf.13&servers=canaries&new=yes&q=Foo',
  );
  server.push('ErrorLogUpdates', { errorLogUpdates: errorLog({}, { messages: [] }) });
  await screen.findByText('No messages match the filter.');
});

test('the table can be filtered and sorted with the keyboard alone', async () => {
  const user = await openPage(
    errorLog({}, { messages: [errorRow('1', { dashboardUrl: 'https://logstash.example/1' })] }),
  );
  const order: string[] = [];
  const tab = async (): Promise<HTMLElement> => {
    await user.tab();
    const focused = document.activeElement;
    if (!(focused instanceof HTMLElement)) throw new Error('nothing has the focus');
    order.push(focused.getAttribute('aria-label') ?? focused.textContent ?? '');
    return focused;
  };
  const tabTo = async (wanted: HTMLElement): Promise<void> => {
    for (let presses = 0; presses < 30; presses++) if ((await tab()) === wanted) return;
    throw new Error(`not reached: ${order.join(' | ')}`);
  };
  await tabTo(screen.getByRole('searchbox'));
  await user.keyboard('Foo');
  await tabTo(screen.getByRole('combobox', { name: 'Time range' }));
  await tabTo(screen.getByRole('combobox', { name: 'Version' }));
  await tabTo(screen.getByRole('combobox', { name: 'Servers' }));
  await tabTo(screen.getByRole('checkbox', { name: 'Only new messages' }));
  await user.keyboard(' ');
  await tabTo(screen.getByRole('button', { name: 'Count' }));
  await user.keyboard('{Enter}');
  await tabTo(screen.getByRole('button', { name: 'Last seen' }));
  await tabTo(within(screen.getByRole('table')).getByRole('link', { name: /Dashboard/ }));
  await waitFor(() =>
    expect(server.subscribed.at(-1)?.variables).toMatchObject({ text: 'Foo', onlyNew: true, sort: 'COUNT' }),
  );
  expect(screen.getByRole('columnheader', { name: /Count/ }).getAttribute('aria-sort')).toBe('descending');
});

test('a second press on the column of messages sorts them by their text', async () => {
  const user = await openPage();
  const heading = () => screen.getByRole('columnheader', { name: /^Message/ });
  expect(heading().getAttribute('aria-sort')).toBe('descending');
  await user.click(screen.getByRole('button', { name: 'Message' }));
  await waitFor(() => expect(server.subscribed.at(-1)?.variables).toMatchObject({ sort: 'TEXT' }));
  expect(heading().getAttribute('aria-sort')).toBe('ascending');
  await user.click(screen.getByRole('button', { name: 'Versions' }));
  await waitFor(() => expect(server.subscribed.at(-1)?.variables).toMatchObject({ sort: 'VERSION' }));
  expect(heading().getAttribute('aria-sort')).toBeNull();
  expect(location.search).toBe('?sort=version');
});

test('a failing search keeps the old numbers, with their age and the reason', async () => {
  await openPage(
    errorLog({
      source: {
        readAt: '2026-11-20T12:00:00.000Z',
        problem: 'it did not answer within 10 seconds',
        failingSince: null,
      },
    }),
  );
  expect(screen.getByText(/Old numbers, from/).textContent).toContain(
    'The search failed: it did not answer within 10 seconds',
  );
  expect(rows()).toHaveLength(2);
});

test('before the first search that succeeds, nothing says that there are no errors', async () => {
  await openPage(
    errorLog(
      { source: { readAt: null, problem: 'it answered with status 503', failingSince: null } },
      { total: null, messages: [], messageCount: 0, newMessageCount: 0, trend: [] },
    ),
  );
  expect(screen.getByText('The number of errors is not known.')).toBeTruthy();
  expect(screen.queryByText('No errors in this time.')).toBeNull();
});

test('the page says that there are no errors, or that no error log is configured', async () => {
  await openPage(
    errorLog({}, { total: { errors: 0, perMinute: 0 }, messages: [], messageCount: 0, newMessageCount: 0 }),
  );
  expect(screen.getByText('No errors in this time.')).toBeTruthy();
  cleanup();
  server.answer('ErrorLog', () => ({ errorLog: null }));
  renderWith(server, <ErrorsPage />);
  await screen.findByText(/No error log is configured/);
});

test('a viewer sees no text of messages', async () => {
  await openPage(errorLog({}, { messages: [errorRow('abcdef0123', { text: null })] }));
  expect(rows()[0]?.textContent).toContain('Message abcdef01 (its text is shown to deployers)');
});

test('the number of errors in the header is a choice that this browser keeps', async () => {
  const user = await openPage();
  await user.click(screen.getByRole('checkbox', { name: 'Show the number of errors in the header' }));
  expect(localStorage.getItem('spiderpig.error-total')).toBe('on');
  await user.click(screen.getByRole('checkbox', { name: 'Show the number of errors in the header' }));
  expect(localStorage.getItem('spiderpig.error-total')).toBe('off');
});
