// Owns whether a component is still on the page when something that it waited for has come.
import { useLayoutEffect, useRef } from 'preact/hooks';

/** Whether the component is still mounted. The function stays the same. */
export function useIsMounted(): () => boolean {
  const mounted = useRef(true);
  const isMounted = useRef(() => mounted.current);
  useLayoutEffect(() => {
    mounted.current = true;
    return () => {
      mounted.current = false;
    };
  }, []);
  return isMounted.current;
}
