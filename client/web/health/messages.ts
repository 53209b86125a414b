// Owns adding the messages about production errors to the catalogue. They are loaded with their pages, since the first view does not need them.
import { addMessages } from '../i18n/msg.ts';
import messages from './i18n/en.json';

addMessages(messages);

export { enumMsg, msg } from '../i18n/msg.ts';
