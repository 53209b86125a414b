import { expect, test } from 'vitest';
import { dashboardLink, rison } from './dashboard.ts';

test.each([
  ['plain', "'plain'"],
  ["it's !important", "'it!'s !!important'"],
  [{ a: 'x', 'b c': ['y', 'z'] }, "(a:'x','b c':!('y','z'))"],
  [{ none: [] }, '(none:!())'],
])('the dashboard link has %j in Rison', (value, text) => {
  expect(rison(value)).toBe(text);
});

const page = 'https://dashboard.example/app/dashboards#/view/errors';

test('the dashboard link shows the last day', () => {
  const link = dashboardLink(page, 'logstash-*', null);
  expect(link.startsWith(`${page}?_g=`)).toBe(true);
  expect(decodeURIComponent(link.slice(page.length))).toBe("?_g=(time:(from:'now-24h',to:'now'))");
});

test('the dashboard link shows one message, with nothing that ends the link or its texts', () => {
  const message = `it's 100% "broken": [a] & (b) # <c> ${String.fromCharCode(0xd800)} 🚀`;
  const link = dashboardLink(page, 'logstash-*', message);
  expect(link.slice(page.length)).toMatch(/^\?_g=[\w%.~-]+&_a=[\w%.~-]+$/);
  expect(decodeURIComponent(link)).toContain(
    `match_phrase:(normalized_message:'it!'s 100% "broken": [a] & (b) # <c> \ufffd 🚀')`,
  );
});

test('the dashboard link adds to the parameters that the dashboard already has', () => {
  expect(dashboardLink(`${page}?_r=1`, 'x', null)).toContain('errors?_r=1&_g=');
});
