// Owns the order of the migrations of this dialect. A new one is added at the end; a released one is never changed.
import { Migration20261120133422_initial } from './Migration20261120133422_initial.ts';
import { Migration20261120162354_lasting } from './Migration20261120162354_lasting.ts';
import { Migration20261124211952_log } from './Migration20261124211952_log.ts';
import { Migration20261125001053_gate } from './Migration20261125001053_gate.ts';
import { Migration20261128183159_outcome } from './Migration20261128183159_outcome.ts';
import { Migration20261128184711_winding_down } from './Migration20261128184711_winding_down.ts';
import { Migration20261128210307_partial_line } from './Migration20261128210307_partial_line.ts';
import { Migration20261128212430_growth } from './Migration20261128212430_growth.ts';

export const migrations = [
  { name: 'Migration20261120133422_initial', class: Migration20261120133422_initial },
  { name: 'Migration20261120162354_lasting', class: Migration20261120162354_lasting },
  { name: 'Migration20261124211952_log', class: Migration20261124211952_log },
  { name: 'Migration20261125001053_gate', class: Migration20261125001053_gate },
  { name: 'Migration20261128183159_outcome', class: Migration20261128183159_outcome },
  { name: 'Migration20261128184711_winding_down', class: Migration20261128184711_winding_down },
  { name: 'Migration20261128210307_partial_line', class: Migration20261128210307_partial_line },
  { name: 'Migration20261128212430_growth', class: Migration20261128212430_growth },
];
