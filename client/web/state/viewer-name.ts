// Owns the name of the user for components far below the frame of the page. Owns no rights.
import { createContext } from 'preact';

/** The name of the user; null while it is not known yet. */
export const ViewerName = createContext<string | null>(null);
