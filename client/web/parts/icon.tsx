// Owns the rendering of Codex icons: their markup is parsed into shapes and never inserted as HTML. Owns no icon.
import type { Icon as CodexIcon } from '@wikimedia/codex-icons';
import { h, type VNode } from 'preact';

/** A Codex icon, hidden from screen readers: the text beside it says the same. */
export function Icon({ icon, size = 'small' }: { icon: CodexIcon; size?: 'x-small' | 'small' | 'medium' }) {
  return (
    <span class={`cdx-icon cdx-icon--${size}`}>
      <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
        {shapesOf(icon)}
      </svg>
    </span>
  );
}

interface Shape {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

const known = new Map<CodexIcon, readonly Shape[]>();

function shapesOf(icon: CodexIcon): VNode[] {
  const shapes = known.get(icon) ?? parseShapes(markupOf(icon));
  known.set(icon, shapes);
  return shapes.map((shape) => h(shape.name, shape.attributes));
}

function parseShapes(markup: string): Shape[] {
  const shapes: Shape[] = [];
  for (const [, name = '', rest = ''] of markup.matchAll(/<(path|circle|rect)\b([^>]*)>/g)) {
    const attributes: Record<string, string> = {};
    for (const [, key = '', value = ''] of rest.matchAll(
      /\b(d|cx|cy|r|x|y|width|height|fill-rule|clip-rule)="([^"]*)"/g,
    )) {
      attributes[key] = value;
    }
    shapes.push({ name, attributes });
  }
  return shapes;
}

/** The markup of the variant for left-to-right scripts. */
function markupOf(icon: CodexIcon): string {
  if (typeof icon === 'string') return icon;
  if ('path' in icon) return `<path d="${icon.path}"/>`;
  return markupOf('ltr' in icon ? icon.ltr : icon.default);
}
