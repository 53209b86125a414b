// Owns the logo, whose legs move while a job runs. The drawing is logo.svg.
import drawing from './logo.svg';
import './logo.css';

/** Decorative: the name is beside it. */
export function Logo({ size, busy = false }: { size: number; busy?: boolean }) {
  return (
    <svg
      class={busy ? 'logo logo--busy' : 'logo'}
      width={size}
      height={size}
      viewBox="0 0 64 64"
      aria-hidden="true"
    >
      <use class="logo__left" href={`${drawing}#left`} />
      <use class="logo__right" href={`${drawing}#right`} />
      <use href={`${drawing}#pig`} />
    </svg>
  );
}
