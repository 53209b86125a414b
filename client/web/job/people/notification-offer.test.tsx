// @vitest-environment happy-dom
// Tests the offer to notify a deployer of their job.
import { act, cleanup, render, screen } from '@testing-library/preact';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { jobDetail } from '../../../../tests/component/job.ts';
import { hasChosenReach, reach } from '../../header/notification.ts';
import { NotificationOffer } from './notification-offer.tsx';

const permission = { now: 'default', next: 'granted' };
beforeEach(() => {
  Object.assign(permission, { now: 'default', next: 'granted' });
  vi.stubGlobal('isSecureContext', true);
  vi.stubGlobal('Notification', {
    get permission() {
      return permission.now;
    },
    requestPermission: async () => (permission.now = permission.next),
  });
  localStorage.clear();
  reach.value = 'none';
  hasChosenReach.value = false;
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const job = jobDetail('7', { ended: false });
const offer = () => screen.queryByRole('button', { name: 'Notify me when this job asks or ends' });

test('a deployer is offered notifications of their own job, and one press is enough', async () => {
  render(<NotificationOffer job={job} viewer={job.responsible.name} />);
  await userEvent.click(screen.getByRole('button', { name: 'Notify me when this job asks or ends' }));
  expect(reach.value).toBe('own');
  expect(screen.getByRole('status').textContent).toBe('This browser notifies you of your jobs.');
});

test('a browser that refuses is named, and the offer does not come again', async () => {
  permission.next = 'denied';
  const { unmount } = render(<NotificationOffer job={job} viewer={job.responsible.name} />);
  await userEvent.click(screen.getByRole('button', { name: 'Notify me when this job asks or ends' }));
  expect(screen.getByRole('status').textContent).toContain('does not allow notifications');
  unmount();
  render(<NotificationOffer job={job} viewer={job.responsible.name} />);
  expect(offer()).toBeNull();
});

test('no offer is made for the job of another deployer, after a choice, or for a job that has ended', async () => {
  const { rerender } = render(<NotificationOffer job={job} viewer="Someone else" />);
  expect(offer()).toBeNull();
  rerender(<NotificationOffer job={jobDetail('7', { ended: true })} viewer={job.responsible.name} />);
  expect(offer()).toBeNull();
  rerender(<NotificationOffer job={job} viewer={job.responsible.name} />);
  await userEvent.click(screen.getByRole('button', { name: 'Not in this browser' }));
  expect(offer()).toBeNull();
  expect(reach.value).toBe('none');
});

test.each([
  ['granted', 'none'],
  ['denied', 'own'],
] as const)(
  'what a press has led to (%s) is not said after another choice in the menu',
  async (next, later) => {
    permission.next = next;
    render(<NotificationOffer job={job} viewer={job.responsible.name} />);
    await userEvent.click(screen.getByRole('button', { name: 'Notify me when this job asks or ends' }));
    expect(screen.getByRole('status')).toBeTruthy();
    act(() => {
      reach.value = later;
    });
    expect(screen.queryByRole('status')).toBeNull();
  },
);
