// Owns which presses of a key are for the page: those without a modifier that nothing else has used, outside of fields and dialogs. Owns no key.

export function isPageKey(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  const { target } = event;
  return !(target instanceof HTMLElement) || target.closest('input, textarea, select, dialog') === null;
}
