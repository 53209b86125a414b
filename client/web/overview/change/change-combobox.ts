// Owns what the keys do in the field for changes while its menu is open or closed: the combobox pattern of the ARIA guide. Owns no markup.
import { useState } from 'preact/hooks';
import { splitChangeInputs } from '../../../../schema/text/change-input.ts';
import { namesChange } from './change-input.ts';
import { type ChangeSearch, type FoundChange, useChangeSearch } from './change-search.ts';

/** How many changes the menu shows. */
const menuSize = 10;
/** The shortest text that is searched, in UTF-16 units. */
const shortestSearch = 3;

export interface ChangeCombobox {
  /** The result to show; null if the menu is closed. */
  readonly menu: ChangeSearch | null;
  /** Whether the result for what is in the field has not arrived. */
  readonly isLooking: boolean;
  /** The index of the option that Enter chooses; -1: none. */
  readonly active: number;
  /** Opens the menu with what could be deployed now. */
  readonly browse: () => void;
  readonly close: () => void;
  /** Handles a key of the field. Returns whether it was used up. */
  readonly onKey: (key: string) => boolean;
}

/** @param typed the text of the field @param onChoose adds a change and empties the field */
export function useChangeCombobox(typed: string, onChoose: (change: FoundChange) => void): ChangeCombobox {
  const [browsing, setBrowsing] = useState(false);
  const [closedFor, setClosedFor] = useState<string | null>(null);
  /** The number of the change to which the user moved. It stays active if a new result contains it. */
  const [moved, setMoved] = useState<string | null>(null);
  const text = typed.trim();
  const wanted =
    text.length >= shortestSearch && closedFor !== text ? text : browsing && text === '' ? '' : null;
  const search = useChangeSearch(wanted, menuSize);
  const menu = wanted === null ? null : search;
  const changes = menu?.changes ?? [];
  const count = changes.length;
  // Words name no change by themselves, so Enter takes the first result. A number is complete without the menu.
  const byItself = splitChangeInputs(text).some(namesChange) || text === '' ? -1 : 0;
  const at = moved === null ? -1 : changes.findIndex(({ number }) => number === moved);
  const active = at >= 0 ? at : count === 0 ? -1 : byItself;

  const close = (): void => {
    setBrowsing(false);
    setClosedFor(text);
    setMoved(null);
  };
  // While a longer text is searched, the result of the shorter one stays.
  const isLooking = wanted !== null && menu?.text !== wanted;
  const onKey = (key: string): boolean => {
    if (isLooking && key === 'Escape') {
      close();
      return true;
    }
    const isCurrent = menu?.text === wanted;
    // Words make no chips, neither before their result has arrived nor without one.
    if (key === 'Enter' && wanted !== null && byItself === 0 && !(isCurrent && changes[active])) return true;
    if (menu === null) {
      if (key !== 'ArrowDown') return false;
      setClosedFor(null);
      setBrowsing(true);
      return true;
    }
    const chosen = changes[active];
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      const next = key === 'ArrowDown' ? active + 1 : Math.max(active, 0) - 1;
      setMoved(changes.at(next % Math.max(count, 1))?.number ?? null);
      return true;
    }
    if (key === 'Escape') {
      close();
      return true;
    }
    if (key !== 'Enter' || chosen === undefined || !isCurrent) return false;
    onChoose(chosen);
    return true;
  };
  return {
    menu,
    isLooking,
    active,
    browse: () => {
      setClosedFor(null);
      setBrowsing(true);
    },
    close,
    onKey,
  };
}
