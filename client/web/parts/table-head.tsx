// Owns the head of a table: one row with the headings of its columns. Owns no rows.
import type { ComponentChildren } from 'preact';

/** @param children cells after the headings, such as one above a column without a heading */
export function TableHead({
  columns,
  children,
}: {
  columns: readonly string[];
  children?: ComponentChildren;
}) {
  return (
    <thead>
      <tr>
        {columns.map((column) => (
          <th key={column} scope="col">
            {column}
          </th>
        ))}
        {children}
      </tr>
    </thead>
  );
}
