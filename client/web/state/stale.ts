// Owns whether the data of the page may be old, which everything below the frame of the page can ask.
import { createContext } from 'preact';

/** Since when the page is not connected, as a sentence; null while it is connected. */
export const Stale = createContext<string | null>(null);
