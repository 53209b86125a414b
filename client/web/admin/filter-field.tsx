// Owns the label of a field in a filter of the page of admins. Owns no filter.
import type { ComponentChildren } from 'preact';
import './admin-field.css';

/**
 * @param size how wide the field is; default: for a name
 * @param children the input, which the label names because it contains it
 */
export function FilterField({
  label,
  size,
  children,
}: {
  label: string;
  size?: 'short' | 'long';
  children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the input is among the children
    <label class={`admin__field ${size === undefined ? '' : `admin__field--${size}`}`}>
      <span>{label}</span>
      <span class="cdx-text-input">{children}</span>
    </label>
  );
}
