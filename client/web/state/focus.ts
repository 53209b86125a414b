// Owns where the focus goes when the element that has it is removed or disabled: to what is around it, never to the top of the page. Owns no component.

/** How long a component has to move the focus itself, in milliseconds. */
const grace = 50;

/** What can get the focus instead of something inside of it. */
const placeSelector = 'dialog, section, article, form, aside, main';

/** The places around an element, the nearest first. */
function placesAround(element: Element): readonly HTMLElement[] {
  const places: HTMLElement[] = [];
  for (let at = element.parentElement; at !== null; at = at.parentElement)
    if (at.matches(placeSelector)) places.push(at);
  return places;
}

/** Gives the focus to an element that usually has none. Returns whether it took it: a hidden one does not. */
function focusPlace(place: HTMLElement): boolean {
  const isOwn = !place.hasAttribute('tabindex');
  if (isOwn) {
    place.tabIndex = -1;
    // Otherwise each click into the place would move the focus to it.
    place.addEventListener('blur', () => place.removeAttribute('tabindex'), { once: true });
  }
  place.focus({ preventScroll: true });
  const works = document.activeElement === place;
  if (isOwn && !works) place.removeAttribute('tabindex');
  return works;
}

const hasNoFocus = (): boolean => document.activeElement === null || document.activeElement === document.body;

/** Gives the focus to an element, or to the nearest place around it that is left. @param places around the element, from before it was removed */
function focusNear(element: HTMLElement, places: readonly HTMLElement[]): void {
  element.focus();
  if (!hasNoFocus()) return;
  if (places.some((place) => place.isConnected && focusPlace(place))) return;
  const page = document.getElementById('content');
  if (page !== null) focusPlace(page);
}

/** Remembers the element with the focus. The returned function gives the focus back to it, or to what is left around it. */
export function rememberFocus(): () => void {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement)) return () => {};
  const places = placesAround(element);
  return () => focusNear(element, places);
}

/**
 * From now on, the focus stays near where it was if the element that has it is removed or disabled: with a card, a row, or a dialog. A component that moves
 * the focus itself comes first. The returned function ends this.
 */
export function keepFocus(): () => void {
  let last: HTMLElement | null = null;
  let places: readonly HTMLElement[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;

  const onFocusIn = ({ target }: FocusEvent): void => {
    if (!(target instanceof HTMLElement)) return;
    last = target;
    places = placesAround(target);
  };
  /** The user left it, for example with a click beside it. */
  const onFocusOut = ({ target, relatedTarget }: FocusEvent): void => {
    if (relatedTarget !== null) return;
    queueMicrotask(() => {
      // A removed or disabled element can lose the focus with this event, and one in a window in the background does.
      const isThere = last?.isConnected === true && !last.matches(':disabled');
      if (target === last && isThere && document.activeElement !== last) last = null;
    });
  };
  const check = (): void => {
    timer = null;
    if (last === null || !hasNoFocus()) return;
    focusNear(last, places);
  };
  const observer = new MutationObserver(() => {
    if (last === null || timer !== null) return;
    if (!last.isConnected || last.matches(':disabled')) timer = setTimeout(check, grace);
  });

  document.addEventListener('focusin', onFocusIn);
  document.addEventListener('focusout', onFocusOut);
  observer.observe(document.body, {
    childList: true,
    subtree: true,
    attributes: true,
    attributeFilter: ['disabled'],
  });
  return () => {
    document.removeEventListener('focusin', onFocusIn);
    document.removeEventListener('focusout', onFocusOut);
    observer.disconnect();
    if (timer !== null) clearTimeout(timer);
  };
}
