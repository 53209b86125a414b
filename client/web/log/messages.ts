// Owns adding the messages of the log to the catalogue. They are loaded with the page of a job, since the first view does not need them.
import { addMessages } from '../i18n/msg.ts';
import messages from './i18n/en.json';

addMessages(messages);

export { enumMsg, msg } from '../i18n/msg.ts';
