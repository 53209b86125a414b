// Owns the link by which a keyboard user skips the header.
import { msg } from './i18n/msg.ts';
import './skip-link.css';

export function SkipLink() {
  return (
    <a class="skip" href="#content">
      {msg('app-skip-to-content')}
    </a>
  );
}
