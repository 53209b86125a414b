import { afterEach, expect, it, vi } from 'vitest';
import { serviceConfigurationOf } from './service-configuration.ts';

const misspelt =
  'SPIDERPIG_LANE: no option has this variable, so it has no effect: did you mean SPIDERPIG_LANES?';

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

it('a service that starts names the variables that no option has', () => {
  vi.stubEnv('SPIDERPIG_LANE', 'eqiad');
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  expect(serviceConfigurationOf('jobrunner', ['--config', 'none']).lanes).toEqual(['default']);
  expect(written.mock.calls.map(([text]) => text)).toEqual([`spiderpig jobrunner: ${misspelt}\n`]);
});

it('a service with a wrong option names the variables that no option has too', () => {
  vi.stubEnv('SPIDERPIG_LANE', 'eqiad');
  expect(() => serviceConfigurationOf('server', ['--config', 'none', '--port', 'x'])).toThrow(
    expect.objectContaining({
      mistakes: ['--port: "x" is not a whole number from 0 to 65535', misspelt],
    }),
  );
});
