// Owns the names of scap's known questions in the statistics. Owns no key (schema/text/question-key.ts).
import type { QuestionKey } from '../../../schema/text/question-key.ts';
import { type MessageKey, msg } from './messages.ts';

const names: Readonly<Record<QuestionKey, MessageKey>> = {
  'backport.list': 'statistics-question-backport-list',
  'backport.not-live': 'statistics-question-backport-not-live',
  'backport.l10n-rebuild': 'statistics-question-backport-l10n-rebuild',
  'backport.dependency-warnings': 'statistics-question-backport-dependency-warnings',
  'revert.reason': 'statistics-question-revert-reason',
  'backport.confirm': 'statistics-question-backport-confirm',
  'backport.patch-set-changed': 'statistics-question-backport-patch-set-changed',
  'backport.show-diff': 'statistics-question-backport-show-diff',
  'backport.unexpected-commits': 'statistics-question-backport-unexpected-commits',
  'images.release-repository': 'statistics-question-images-release-repository',
  'testservers.continue': 'statistics-question-testservers-continue',
  'checks.failed': 'statistics-question-checks-failed',
  'kubernetes.stage-failed': 'statistics-question-kubernetes-stage-failed',
  'kubernetes.rollback-failed': 'statistics-question-kubernetes-rollback-failed',
  'rollback.acknowledge': 'statistics-question-rollback-acknowledge',
  'kubernetes.confirm-diffs': 'statistics-question-kubernetes-confirm-diffs',
  'train.confirm': 'statistics-question-train-confirm',
  'train.task': 'statistics-question-train-task',
};

const isKnown = (key: string): key is QuestionKey => Object.hasOwn(names, key);

/** A known question as text. A newer server can send other keys: those are shown as they are. */
export const questionName = (key: string): string => (isKnown(key) ? msg(names[key]) : key);
