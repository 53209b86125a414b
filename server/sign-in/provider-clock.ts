// Owns how much the clock of the identity provider may differ. Separate, so that `spiderpig doctor` does not load the OpenID Connect libraries.

/** How much the clock of the provider may differ, in both directions, in seconds. */
export const clockDifference = 120;
