// Owns the sign-in page: it redeems the code of a link, and says how to get one.
import { useEffect, useState } from 'preact/hooks';
import { Logo } from './logo.tsx';
import { Message } from './message.tsx';
import { go } from './route.ts';
import { codeInFragment, signIn } from './session.ts';
import { askStanding } from './standing.ts';
import { text } from './text.ts';

/** @param notice why this page is shown in place of another one, or null */
export function SignIn({ notice }: { notice: string | null }) {
  const [working, setWorking] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);

  useEffect(() => {
    const ending = new AbortController();
    const redeem = async (): Promise<void> => {
      const code = codeInFragment(location.hash);
      if (code === null) return;
      setWorking(true);
      setProblem(null);
      try {
        const result = await signIn(code, ending.signal);
        // Spent or useless, the code has no place in the history.
        history.replaceState(null, '', '/sign-in');
        if (result.done) {
          // Whoever is only half way in goes there, and not to a page that is refused everything.
          await askStanding();
          go('/', true);
        } else setProblem(result.message ?? text.signIn.refused);
      } catch {
        if (!ending.signal.aborted) setProblem(text.signIn.failed);
      }
      setWorking(false);
    };
    void redeem();
    // Another link opened in the same tab only changes the fragment.
    const again = (): void => void redeem();
    addEventListener('hashchange', again);
    return () => {
      ending.abort();
      removeEventListener('hashchange', again);
    };
  }, []);

  return (
    <main class="narrow sign-in" id="content" tabIndex={-1}>
      <Logo size={96} />
      <h1>{text.signIn.heading}</h1>
      {working && <p role="status">{text.signIn.working}</p>}
      {problem !== null && <Message tone="error">{problem}</Message>}
      {problem === null && notice !== null && <Message tone="notice">{notice}</Message>}
      <p>
        {text.signIn.intro} <code>{text.signIn.command}</code> {text.signIn.after}
      </p>
    </main>
  );
}
