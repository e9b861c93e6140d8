/** The value that is pointed at: whatever shows a value with the same key lights up. */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

export interface Lit {
  readonly lit: string | undefined;
  readonly light: (key: string | undefined) => void;
}

export const LitContext = createContext<Lit>({ lit: undefined, light: () => {} });

export const useLit = (): Lit => useContext(LitContext);
