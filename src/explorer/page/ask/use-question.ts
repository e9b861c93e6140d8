/** The question as it stands, and its address: either follows the other. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { useLocation } from 'preact-iso';
import type { ExplorerInfo } from '../../api';
import { askAddress, exampleOf, operationInfo, type Question, questionIn } from '../shared/question';

/** Browsers refuse addresses that change with every letter. */
const WAIT_MS = 300;

export interface QuestionState {
  readonly question: Question;
  /** As it is at this moment, for what happens before it is drawn. */
  readonly latest: { readonly current: Question };
  readonly change: (question: Question) => void;
  /** Of it, to be shared. */
  readonly address: string;
  /** Puts it into the address at once. */
  readonly writeAddress: () => void;
}

/** `arrived` is told of a question that came by its address: when the page opens, by a link, or by going back. */
export const useQuestion = (info: ExplorerInfo, arrived: (question: Question) => void): QuestionState => {
  const { url, route } = useLocation();
  const [question, setQuestion] = useState(() => questionIn(url, info) ?? first(info));
  const latest = useRef(question);
  const written = useRef<string | undefined>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const take = (next: Question) => {
    latest.current = next;
    setQuestion(next);
  };
  const writeAddress = () => {
    clearTimeout(timer.current);
    written.current = addressOf(info, latest.current);
    if (written.current !== url) route(written.current, true);
  };
  const change = (next: Question) => {
    take(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(writeAddress, WAIT_MS);
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: only an address that is new has something to tell.
  useEffect(() => {
    if (url === written.current) return;
    clearTimeout(timer.current);
    written.current = url;
    const came = questionIn(url, info);
    take(came ?? first(info));
    if (came) arrived(came);
  }, [url]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return { question, latest, change, writeAddress, address: addressOf(info, question) };
};

/** Who asks is in it only if that is not whom the operation needs. */
const addressOf = (info: ExplorerInfo, { as, ...said }: Question): string =>
  askAddress(as === operationInfo(info, said.operation).requiredIdentity ? said : { ...said, as });

/** One that shows something of every style. */
const first = (info: ExplorerInfo): Question => exampleOf(operationInfo(info, 'getSkill'));
