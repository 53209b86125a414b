import { expect, test } from 'vitest';
import type { EventData } from '../../schema/text/event-text.ts';
import { webhookMessage } from './message.ts';

/** The text that a chat receives about a job with this title. */
function chatText(title: string): string {
  const job = { id: 7, kind: 'train', title, owner: 'ada', state: 'running', outcome: null, reason: null };
  const data: EventData = { by: 'ada', job: { ...job, changes: [] }, question: null, hold: null };
  const event = { token: 'x', kind: 'started', at: 0, data } as const;
  const webhook = { secret: 'whsec_AAAA', format: 'chat', template: '{title}' } as const;
  return JSON.parse(webhookMessage(event, webhook, null, 0).body).text;
}

test.each([
  ['calls everyone', '@everyone <!channel>', '@\u200Beveryone &lt;!channel&gt;'],
  ['hides the address of a link of Slack', '<https://x.example|Answer>', '&lt;https://x.example|Answer&gt;'],
  ['hides the address of a link of Mattermost', '[Answer](https://x)', '[Answer]\u200B(https://x)'],
  ['loads an image of another site', '![](https://x/y.png)', '![]\u200B(https://x/y.png)'],
  ['sends a second line', 'a\r\n/invite b', 'a /invite b'],
  ['reorders the line', 'a\u202eb', 'a‹U+202E›b'],
])('L1 a title that %s is text in a chat', (_what, title, expected) => {
  expect(chatText(title)).toBe(expected);
});
