// Owns how many requests of the device authorization flow are answered. Not the requests (device.ts).
import { SignInRates } from './sign-in-rate.ts';

/** How many requests of this flow are answered in a minute: `begin` and `poll` for each address, `code` for each person and each address. */
export class DeviceRates {
  readonly begin = new SignInRates(Date.now, 20);
  readonly poll = new SignInRates(Date.now, 600);
  readonly code = new SignInRates(Date.now, 20);
}
