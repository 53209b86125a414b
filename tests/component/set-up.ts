// Prepares each file of the unit tests that has a document. Owns how long a query waits for an element.
if ('document' in globalThis) {
  const { configure } = await import('@testing-library/preact');
  // The default of one second is too short for a busy machine.
  configure({ asyncUtilTimeout: 10_000 });
}

export {};
