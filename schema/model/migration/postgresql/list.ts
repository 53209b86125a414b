// Owns the order of the migrations of this dialect. A new one is added at the end; a released one is never changed.
import type { ListedMigration } from '../listed-migration.ts';

export const migrations: readonly ListedMigration[] = [
  {
    name: 'Migration20261120133422_initial',
    load: async () => (await import('./Migration20261120133422_initial.ts')).Migration20261120133422_initial,
  },
  {
    name: 'Migration20261120162354_lasting',
    load: async () => (await import('./Migration20261120162354_lasting.ts')).Migration20261120162354_lasting,
  },
  {
    name: 'Migration20261124211952_log',
    load: async () => (await import('./Migration20261124211952_log.ts')).Migration20261124211952_log,
  },
  {
    name: 'Migration20261125001053_gate',
    load: async () => (await import('./Migration20261125001053_gate.ts')).Migration20261125001053_gate,
  },
  {
    name: 'Migration20261128183159_outcome',
    load: async () => (await import('./Migration20261128183159_outcome.ts')).Migration20261128183159_outcome,
  },
  {
    name: 'Migration20261128184711_winding_down',
    load: async () =>
      (await import('./Migration20261128184711_winding_down.ts')).Migration20261128184711_winding_down,
  },
  {
    name: 'Migration20261128210307_partial_line',
    load: async () =>
      (await import('./Migration20261128210307_partial_line.ts')).Migration20261128210307_partial_line,
  },
  {
    name: 'Migration20261128212430_growth',
    load: async () => (await import('./Migration20261128212430_growth.ts')).Migration20261128212430_growth,
  },
  {
    name: 'Migration20261128212709_lane_problem',
    load: async () =>
      (await import('./Migration20261128212709_lane_problem.ts')).Migration20261128212709_lane_problem,
  },
  {
    name: 'Migration20261128215001_ledger',
    load: async () => (await import('./Migration20261128215001_ledger.ts')).Migration20261128215001_ledger,
  },
  {
    name: 'Migration20261128220211_leases',
    load: async () => (await import('./Migration20261128220211_leases.ts')).Migration20261128220211_leases,
  },
  {
    name: 'Migration20261128222600_identity',
    load: async () =>
      (await import('./Migration20261128222600_identity.ts')).Migration20261128222600_identity,
  },
  {
    name: 'Migration20261128223900_claim',
    load: async () => (await import('./Migration20261128223900_claim.ts')).Migration20261128223900_claim,
  },
  {
    name: 'Migration20261128223930_queue_place',
    load: async () =>
      (await import('./Migration20261128223930_queue_place.ts')).Migration20261128223930_queue_place,
  },
  {
    name: 'Migration20261129004738_stages',
    load: async () => (await import('./Migration20261129004738_stages.ts')).Migration20261129004738_stages,
  },
  {
    name: 'Migration20261129005241_parameters',
    load: async () =>
      (await import('./Migration20261129005241_parameters.ts')).Migration20261129005241_parameters,
  },
  {
    name: 'Migration20261129005324_webhooks',
    load: async () =>
      (await import('./Migration20261129005324_webhooks.ts')).Migration20261129005324_webhooks,
  },
  {
    name: 'Migration20261129013428_push',
    load: async () => (await import('./Migration20261129013428_push.ts')).Migration20261129013428_push,
  },
  {
    name: 'Migration20261129010844_operation_use',
    load: async () =>
      (await import('./Migration20261129010844_operation_use.ts')).Migration20261129010844_operation_use,
  },
  {
    name: 'Migration20261129013106_trace',
    load: async () => (await import('./Migration20261129013106_trace.ts')).Migration20261129013106_trace,
  },
  {
    name: 'Migration20261129014052_handover',
    load: async () =>
      (await import('./Migration20261129014052_handover.ts')).Migration20261129014052_handover,
  },
  {
    name: 'Migration20261129054956_error_watch',
    load: async () =>
      (await import('./Migration20261129054956_error_watch.ts')).Migration20261129054956_error_watch,
  },
  {
    name: 'Migration20261129055302_device_request',
    load: async () =>
      (await import('./Migration20261129055302_device_request.ts')).Migration20261129055302_device_request,
  },
  {
    name: 'Migration20261129063515_clean_up_problem',
    load: async () =>
      (await import('./Migration20261129063515_clean_up_problem.ts'))
        .Migration20261129063515_clean_up_problem,
  },
  {
    name: 'Migration20261129063703_passkey',
    load: async () => (await import('./Migration20261129063703_passkey.ts')).Migration20261129063703_passkey,
  },
  {
    name: 'Migration20261129205116_device_token',
    load: async () =>
      (await import('./Migration20261129205116_device_token.ts')).Migration20261129205116_device_token,
  },
  {
    name: 'Migration20261130064000_ledger_home',
    load: async () =>
      (await import('./Migration20261130064000_ledger_home.ts')).Migration20261130064000_ledger_home,
  },
  {
    name: 'Migration20261130063324_error_fingerprint',
    load: async () =>
      (await import('./Migration20261130063324_error_fingerprint.ts'))
        .Migration20261130063324_error_fingerprint,
  },
  {
    name: 'Migration20261130103816_history',
    load: async () => (await import('./Migration20261130103816_history.ts')).Migration20261130103816_history,
  },
  {
    name: 'Migration20261130143715_search',
    load: async () => (await import('./Migration20261130143715_search.ts')).Migration20261130143715_search,
    isOnline: true,
  },
];
