/** The current call and the page's address, kept in step with each other. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { ExplorerInfo } from '../../api';
import { askAddress, exampleOf, operationInfo, type Question, questionIn } from '../shared/question';

/** Browsers limit how often an address may change, so not every letter changes it. */
const WAIT_MS = 300;

export interface QuestionState {
  readonly question: Question;
  /** The current value, also before it has been rendered. */
  readonly latest: { readonly current: Question };
  readonly change: (question: Question) => void;
  /** Address to share. */
  readonly address: string;
  /** Writes the call into the address without delay. */
  readonly writeAddress: () => void;
}

/** `onOpened` is called with a call from the address: when the page opens, by a link, or by going back. */
export const useQuestion = (info: ExplorerInfo, onOpened: (question: Question) => void): QuestionState => {
  const { url, route } = useLocation();
  const [question, setQuestion] = useState(() => questionIn(url, info) ?? first(info));
  const latest = useRef(question);
  const written = useRef<string | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const show = (next: Question) => {
    latest.current = next;
    setQuestion(next);
  };
  const writeAddress = () => {
    clearTimeout(timer.current);
    written.current = addressOf(info, latest.current);
    if (written.current !== url) route(written.current, true);
  };
  const change = (next: Question) => {
    show(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(writeAddress, WAIT_MS);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the effect depends on the address only.
  useEffect(() => {
    if (url === written.current) return;
    clearTimeout(timer.current);
    written.current = url;
    const opened = questionIn(url, info);
    show(opened ?? first(info));
    if (opened) onOpened(opened);
  }, [url]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return { question, latest, change, writeAddress, address: addressOf(info, question) };
};

/** The address contains `as` only if it is not the identity that the operation requires. */
const addressOf = (info: ExplorerInfo, { as, ...rest }: Question): string =>
  askAddress(as === operationInfo(info, rest.operation).requiredIdentity ? rest : { ...rest, as });

/** The call that is shown first. */
const first = (info: ExplorerInfo): Question => exampleOf(operationInfo(info, 'getSkill'));
