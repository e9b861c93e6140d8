/** The page's requests to its server. Each rejects with an Error whose message can be shown to the visitor. */
import {
  type AskRequest,
  type AskResult,
  type ExplorerInfo,
  PAGE_SECRET_HEADER,
  type Problem,
  type ProvocationResult,
  type RaceEvent,
  type RaceRequest,
  type Suggestion,
  type SuggestionKind,
} from '../../api';

const fetchOk = async (path: string, init?: RequestInit): Promise<Response> => {
  const response = await fetch(path, init).catch((error) => {
    if (init?.signal?.aborted) throw error;
    throw new Error('The explorer server does not respond. Check that it is running.');
  });
  if (response.ok) return response;
  const problem = (await response.json().catch(() => undefined)) as Problem | undefined;
  throw new Error(problem?.title ?? `The explorer server responded with status ${response.status}.`);
};

const getJson = async <T>(path: string, signal?: AbortSignal): Promise<T> =>
  (await fetchOk(path, { signal })).json();

let info: Promise<ExplorerInfo> | undefined;

/** Fetched once per page. */
export const getInfo = (): Promise<ExplorerInfo> => {
  info ??= getJson<ExplorerInfo>('/api/about').catch((error) => {
    info = undefined;
    throw error;
  });
  return info;
};

/** With the secret that lets the server issue a token for this call. */
const post = async (path: string, body: object, signal?: AbortSignal): Promise<Response> => {
  const { pageSecret } = await getInfo();
  return fetchOk(path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(pageSecret !== undefined && { [PAGE_SECRET_HEADER]: pageSecret }),
    },
    body: JSON.stringify(body),
    signal,
  });
};

export const ask = async (request: AskRequest, signal?: AbortSignal): Promise<AskResult> =>
  (await post('/api/ask', request, signal)).json();

export const provoke = async (name: string, signal?: AbortSignal): Promise<ProvocationResult> =>
  (await post('/api/provoke', { name }, signal)).json();

export const suggest = (kind: SuggestionKind, text: string, signal?: AbortSignal): Promise<Suggestion[]> =>
  getJson(`/api/suggest?${new URLSearchParams({ kind, text })}`, signal);

/** A JSON file that `npm run build:page` wrote: `/data/...`. */
export const getData = <T>(name: string, signal?: AbortSignal): Promise<T> =>
  getJson(`/data/${name}.json`, signal);

/** Ends with the race. Leaving the loop, or aborting the signal, stops the race. */
export async function* streamRace(request: RaceRequest, signal: AbortSignal): AsyncGenerator<RaceEvent> {
  const response = await post('/api/race', request, signal);
  const text = (response.body as ReadableStream<BufferSource>).pipeThrough(new TextDecoderStream());
  const reader = text.getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const lines = (rest + value).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) yield JSON.parse(line) as RaceEvent;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
