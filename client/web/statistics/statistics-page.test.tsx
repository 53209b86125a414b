// @vitest-environment happy-dom
// Tests the page of statistics: its tables, its empty and failed states, and CSV.
import { act, cleanup, screen, waitFor, within } from '@testing-library/preact';
import { afterEach, expect, onTestFinished, test } from 'vitest';
import { weekOf } from '../../../schema/text/week.ts';
import { GraphqlStandIn, renderWith } from '../../../tests/component/graphql-stand-in.tsx';
import type { StatisticsQuery } from '../../generated/graphql.ts';
import { csvOf } from './csv.ts';
import { StatisticsPage } from './statistics-page.tsx';

afterEach(cleanup);

const figures: StatisticsQuery['statistics'] = {
  complete: true,
  ...{ from: '2026-11-23T00:00:00.000Z', to: '2026-11-30T00:00:00.000Z', timeZone: 'UTC' },
  days: [
    {
      day: '2026-11-23',
      outcomes: [
        { outcome: 'DEPLOYED', count: 3 },
        { outcome: 'FAILED', count: 1 },
      ],
    },
  ],
  hours: [{ weekday: 1, hour: 15, count: 4 }],
  stages: [
    {
      name: 'MERGE',
      machines: { median: 220, p90: 400, count: 4 },
      people: { median: 0, p90: 10, count: 4 },
    },
  ],
  questions: [
    { key: 'backport.confirm', waited: { median: 8, p90: 80, count: 4 } },
    { key: 'of.a-newer-server', waited: { median: 1, p90: 1, count: 1 } },
    { key: null, waited: { median: 2, p90: 2, count: 1 } },
  ],
  failures: [{ stage: 'CANARIES', error: 'canaries failed', count: 1, jobs: ['7'] }],
  stopped: [],
  durations: [{ id: '7', outcome: 'FAILED', finishedAt: '2026-11-23T15:10:00.000Z', duration: 252 }],
  delivery: {
    deploymentsPerDay: 1 / 28,
    leadTime: { median: 300, p90: 500, count: 3 },
    changeFailureRate: null,
    timeToRestore: null,
  },
};

const rowOf = (name: string): (string | null)[] =>
  within(screen.getByRole('row', { name: new RegExp(`^${name}`) }))
    .getAllByRole('cell')
    .map(({ textContent }) => textContent);

test('the page of a week asks for its days, and shows each figure as a table', async () => {
  const server = new GraphqlStandIn();
  server.answer('Statistics', (asked) => ({ statistics: { ...figures, ...asked } }));
  renderWith(server, <StatisticsPage week="2026-W48" />);
  expect(await screen.findByRole('heading', { name: 'Statistics of week 2026-W48' })).toBeTruthy();
  await screen.findByRole('heading', { name: 'Deployments per day, by outcome' });
  expect(server.sent[0]?.variables).toEqual({
    from: '2026-11-23T00:00:00.000Z',
    to: '2026-11-30T00:00:00.000Z',
    timeZone: 'UTC',
  });
  expect(rowOf('2026-11-23').slice(0, 3)).toEqual(['4', '3', '1']);
  expect(rowOf('Merge').slice(0, 3)).toEqual(['3 min 40 s (6 min 40 s)', '0 s (10 s)', '4']);
  expect(rowOf('Backport the changes\\?').slice(0, 3)).toEqual(['8 s', '1 min 20 s', '4']);
  expect(rowOf('of.a-newer-server')[0]).toBe('1 s');
  expect(rowOf('other questions')[0]).toBe('2 s');
  expect(rowOf('Deployment frequency')[0]).toBe('0.036');
  expect(rowOf('Change failure rate')[0]).toBe('too few jobs');
  expect(screen.getByText('No jobs were stopped or rolled back.')).toBeTruthy();
  expect(screen.getByRole('link', { name: 'Earlier week' }).getAttribute('href')).toBe('/weeks/2026-W47');
});

test('the time in each stage is compared with the period before, which is as long', async () => {
  const server = new GraphqlStandIn();
  const earlier = [
    {
      name: 'MERGE',
      machines: { median: 150, p90: 400, count: 4 },
      people: { median: 30, p90: 40, count: 4 },
    },
  ];
  server.answer('Statistics', (asked) => ({
    statistics:
      asked['to'] === '2026-11-23T00:00:00.000Z'
        ? { ...figures, ...asked, stages: earlier }
        : { ...figures, ...asked },
  }));
  renderWith(server, <StatisticsPage week="2026-W48" />);
  await screen.findByText('+1 min 10 s');
  expect(rowOf('Merge').slice(3, 5)).toEqual(['+1 min 10 s', '−30 s']);
  expect(server.sent.at(-1)?.variables).toMatchObject({ from: '2026-11-16T00:00:00.000Z' });
});

test('days and hours can be those of the viewer', async () => {
  const server = new GraphqlStandIn();
  server.answer('Statistics', (asked) => ({ statistics: { ...figures, ...asked } }));
  const user = renderWith(server, <StatisticsPage week={null} />);
  await user.selectOptions(await screen.findByRole('combobox', { name: 'Days and hours in' }), 'local');
  expect(server.sent.at(-1)?.variables['timeZone']).toBe(
    new Intl.DateTimeFormat().resolvedOptions().timeZone,
  );
});

/** The address of the link in a cell. */
const linkIn = (row: string, cell: number): string | null | undefined =>
  within(screen.getByRole('row', { name: new RegExp(`^${row}`) }))
    .getAllByRole('cell')
    [cell]?.querySelector('a')
    ?.getAttribute('href');

test('each figure leads to its jobs', async () => {
  const server = new GraphqlStandIn();
  server.answer('Statistics', (asked) => ({ statistics: { ...figures, ...asked } }));
  renderWith(server, <StatisticsPage week="2026-W48" />);
  const day = await screen.findByRole('link', { name: '2026-11-23' });
  expect(day.getAttribute('href')).toBe('/?day=2026-11-23');
  expect(screen.getByRole('link', { name: '3 jobs, in the history' })).toBeTruthy();
  const week = 'from=2026-11-23&to=2026-11-29';
  expect(linkIn('2026-11-23', 1)).toBe('/?outcome=deployed&day=2026-11-23');
  expect(linkIn('2026-11-23', 2)).toBe('/?outcome=failed&day=2026-11-23');
  expect(linkIn('Merge', 2)).toBe(`/?${week}&stage=merge`);
  expect(linkIn('Backport', 2)).toBe(`/?${week}&question=backport.confirm`);
  expect(linkIn('other questions', 2)).toBe(`/?${week}&question=other`);
  expect(linkIn('7 1', 0)).toBe(`/?outcome=failed&${week}&like=7`);
  expect(linkIn('Mon', 15)).toBe(`/?${week}&hour=15`);
  expect(linkIn('Deployment frequency', 0)).toBe(`/?show=deployed&${week}`);
  const before = '/?show=deployed&from=2026-11-16&to=2026-11-22';
  await waitFor(() => expect(linkIn('Deployment frequency', 1)).toBe(before));
  expect(linkIn('Change failure rate', 0)).toBeUndefined();
  const failures = screen.getByRole('link', { name: '“Most frequent failures” in the history' });
  expect(failures.getAttribute('href')).toBe(`/?outcome=failed&${week}`);
  expect(document.querySelector('.scatter a')?.getAttribute('href')).toBe('/jobs/7');
  expect(document.querySelector('.bar a')).toBeNull();
});

test('the links of figures are those of their own period and time zone until the chosen ones arrive', async () => {
  const server = new GraphqlStandIn();
  const week = { from: '2026-11-23T00:00:00.000Z', to: '2026-11-30T00:00:00.000Z', timeZone: 'UTC' };
  server.answer('Statistics', ({ timeZone }) =>
    timeZone === 'UTC' ? { statistics: { ...figures, ...week } } : new Promise(() => {}),
  );
  const user = renderWith(server, <StatisticsPage week={null} />);
  const link = () => screen.findByRole('link', { name: '2026-11-23' });
  expect((await link()).getAttribute('href')).toBe('/?day=2026-11-23');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Period' }), '8 weeks');
  await user.selectOptions(screen.getByRole('combobox', { name: 'Days and hours in' }), 'local');
  expect((await link()).getAttribute('href')).toBe('/?day=2026-11-23');
  expect(linkIn('Merge', 2)).toBe('/?from=2026-11-23&to=2026-11-29&stage=merge');
});

test('figures are compared only with the period before their own', async () => {
  const server = new GraphqlStandIn();
  const arrived = Promise.withResolvers<void>();
  onTestFinished(() => history.replaceState(null, '', '/'));
  const days = ({ from, to }: Readonly<Record<string, unknown>>): number =>
    (Date.parse(String(to)) - Date.parse(String(from))) / 86_400_000;
  let newest = '';
  server.answer('Statistics', async (asked) => {
    newest ||= String(asked['to']);
    // The week before arrives before the last week.
    if (days(asked) <= 7 && asked['to'] === newest) await arrived.promise;
    return { statistics: { ...figures, ...asked } };
  });
  const user = renderWith(server, <StatisticsPage week={null} />);
  await screen.findByText('2026-11-23');
  await waitFor(() => expect(rowOf('Merge')[3]).not.toBe(''));
  await user.selectOptions(screen.getByRole('combobox', { name: 'Period' }), '1 week');
  await act(() => new Promise((resolve) => setTimeout(resolve, 20)));
  expect(rowOf('Merge')[3]).toBe('');
  arrived.resolve();
  await waitFor(() => expect(rowOf('Merge')[3]).not.toBe(''));
});

test('figures of a part of the period lead to the jobs of this part', async () => {
  const server = new GraphqlStandIn();
  const from = '2026-11-25T10:20:30.400Z';
  server.answer('Statistics', (asked) => ({ statistics: { ...figures, ...asked, complete: false, from } }));
  renderWith(server, <StatisticsPage week="2026-W48" />);
  await screen.findByText('There were more jobs in this period. Only the newest 4 are counted.');
  expect(linkIn('Merge', 2)).toBe(
    `/?from=${encodeURIComponent(from)}&to=2026-11-30T00%3A00%3A00.000Z&stage=merge`,
  );
});

test('the number of weeks can be chosen, and is in the address', async () => {
  const server = new GraphqlStandIn();
  server.answer('Statistics', (asked) => ({ statistics: { ...figures, ...asked } }));
  onTestFinished(() => history.replaceState(null, '', '/'));
  const user = renderWith(server, <StatisticsPage week={null} />);
  const days = (): readonly number[] =>
    server.sent.map(
      ({ variables: { from, to } }) => (Date.parse(`${to}`) - Date.parse(`${from}`)) / 86_400_000,
    );
  await user.selectOptions(await screen.findByRole('combobox', { name: 'Period' }), '8 weeks');
  expect(await screen.findByRole('heading', { name: 'Statistics of the last 8 weeks' })).toBeTruthy();
  expect(location.search).toBe('?weeks=8');
  expect(days()).toContain(56);
  cleanup();
  renderWith(server, <StatisticsPage week={null} />);
  expect(await screen.findByRole('heading', { name: 'Statistics of the last 8 weeks' })).toBeTruthy();
});

test('the measures of DORA are compared with the period before, which is as long', async () => {
  const server = new GraphqlStandIn();
  const delivery = { ...figures.delivery, deploymentsPerDay: 2 };
  server.answer('Statistics', (asked) => ({
    statistics:
      asked['to'] === '2026-11-23T00:00:00.000Z'
        ? { ...figures, ...asked, delivery }
        : { ...figures, ...asked },
  }));
  renderWith(server, <StatisticsPage week="2026-W48" />);
  await screen.findByText('2.0');
  expect(rowOf('Deployment frequency').slice(0, 2)).toEqual(['0.036', '2.0']);
});

test('a long table of durations is opened on request, and a short one is open', async () => {
  const server = new GraphqlStandIn();
  const job = { outcome: 'DEPLOYED', finishedAt: '2026-11-23T15:10:00.000Z', duration: 60 } as const;
  const durations = Array.from({ length: 21 }, (_, id) => ({ ...job, id: `${id}` }));
  server.answer('Statistics', (asked) => ({ statistics: { ...figures, ...asked, durations } }));
  renderWith(server, <StatisticsPage week="2026-W48" />);
  const summary = await screen.findByText('Table of 21 rows');
  expect(summary.closest('details')?.open).toBe(false);
  expect(
    screen.getByText('From bottom to top: 0 to 1 min 0 s. From left to right: 2026-11-23 to 2026-11-23.'),
  ).toBeTruthy();
  cleanup();
  const few = new GraphqlStandIn();
  few.answer('Statistics', (asked) => ({ statistics: { ...figures, ...asked } }));
  renderWith(few, <StatisticsPage week="2026-W48" />);
  await screen.findByRole('heading', { name: 'Durations over time' });
  expect(document.querySelector('details')).toBeNull();
});

test('the week after the present one has no link', async () => {
  const server = new GraphqlStandIn();
  renderWith(server, <StatisticsPage week={weekOf(Date.now())} />);
  expect(await screen.findByRole('link', { name: 'Earlier week' })).toBeTruthy();
  expect(screen.queryByRole('link', { name: 'Later week' })).toBeNull();
});

test('an empty week, a failed request and a week that does not exist say so', async () => {
  const server = new GraphqlStandIn();
  server.answer('Statistics', (asked) => ({ statistics: { ...figures, ...asked, days: [] } }));
  renderWith(server, <StatisticsPage week="2026-W47" />);
  expect(await screen.findByText('No job ended in this period. Choose another week.')).toBeTruthy();
  cleanup();
  const broken = new GraphqlStandIn();
  broken.answer('Statistics', () => new Error('broken'));
  renderWith(broken, <StatisticsPage week="2026-W47" />);
  expect(await screen.findByText(/^The statistics could not be loaded/)).toBeTruthy();
  broken.answer('Statistics', (asked) => ({ statistics: { ...figures, ...asked } }));
  screen.getByRole('button', { name: 'Try again' }).click();
  expect(await screen.findByRole('heading', { name: 'Where the time goes' })).toBeTruthy();
  cleanup();
  renderWith(server, <StatisticsPage week="2026-W60" />);
  expect(screen.getByText(/^This week does not exist\./)).toBeTruthy();
});

test('CSV quotes what needs it, and no cell is a formula', () => {
  expect(
    csvOf([
      ['a', 1],
      ['x,"y"', -2],
      ['=1+1', ''],
    ]),
  ).toBe('a,1\r\n"x,""y""",-2\r\n\'=1+1,\r\n');
});

test.each([
  ['at the beginning of a cell', '=1+1', "'=1+1"],
  ['after a tab', '\t@SUM(A1)', "'@SUM(A1)"],
  ['in full width', '\uff1d1+1', "'\uff1d1+1"],
  // Excel separates by semicolons where the comma is the decimal separator, and there a quotation mark inside of a cell is text.
  ['after a semicolon', 'failed;=HYPERLINK("//x")', '"failed;\'=HYPERLINK(""//x"")"'],
  ['after a bar and a blank', 'a| +1', '"a| \'+1"'],
])('L1 a text from a log is not a formula in a CSV file, %s', (_where, text, expected) => {
  expect(csvOf([[text]])).toBe(`${expected}\r\n`);
});

test('L1 a CSV file has no line break, control or bidirectional character of a log', () => {
  expect(csvOf([['a\r\nb\u202e\x1b[31mc']])).toBe('a b‹U+202E›c\r\n');
});
