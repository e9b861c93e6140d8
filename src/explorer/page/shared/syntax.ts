/** Shiki with the languages that are asked for, each loaded once. Its colours are ours: a class for each kind of token. */
import type { HighlighterCore } from 'shiki/core';

const GRAMMARS = {
  json: () => import('shiki/langs/json.mjs'),
  xml: () => import('shiki/langs/xml.mjs'),
  graphql: () => import('shiki/langs/graphql.mjs'),
  http: () => import('shiki/langs/http.mjs'),
  proto: () => import('shiki/langs/proto.mjs'),
  typescript: () => import('shiki/langs/typescript.mjs'),
  shellscript: () => import('shiki/langs/shellscript.mjs'),
} as const;

export type Language = keyof typeof GRAMMARS | 'text';

/** Scopes of TextMate grammars and the class of each; the later ones win. The colours are in style.css. */
const KINDS = {
  'tok-comment': ['comment'],
  'tok-string': ['string', 'punctuation.definition.string'],
  'tok-number': ['constant.numeric', 'constant.language'],
  'tok-keyword': ['keyword', 'storage', 'entity.name.tag', 'punctuation.definition.tag'],
  'tok-name': [
    'support.type.property-name',
    'variable.other',
    'entity.other.attribute-name',
    'meta.object-literal.key',
  ],
  'tok-type': ['entity.name.type', 'support.type.primitive', 'entity.name.function'],
} as const;

const CLASSES = Object.keys(KINDS);
/** Themes have colours and no classes, so each class has a number as its colour. */
const colorOf = (kind: string): string => `#00000${CLASSES.indexOf(kind) + 1}`;

const THEME = {
  name: 'kinds',
  type: 'light' as const,
  fg: '#000000',
  bg: '#ffffff',
  settings: Object.entries(KINDS).map(([kind, scope]) => ({
    scope: [...scope],
    settings: { foreground: colorOf(kind) },
  })),
};

/** Loaded with the first text that is coloured: a page that shows none does not wait for it. */
const createCore = async (): Promise<HighlighterCore> => {
  const [{ createHighlighterCore }, { createJavaScriptRegexEngine }] = await Promise.all([
    import('shiki/core'),
    import('shiki/engine/javascript'),
  ]);
  return createHighlighterCore({
    themes: [THEME],
    langs: [],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
};

let core: Promise<HighlighterCore> | undefined;
const ready = new Map<Language, Promise<HighlighterCore>>();

const highlighter = (language: Exclude<Language, 'text'>): Promise<HighlighterCore> => {
  core ??= createCore();
  let loading = ready.get(language);
  if (!loading) {
    loading = Promise.all([core, GRAMMARS[language]()]).then(async ([loaded, grammar]) => {
      await loaded.loadLanguage(grammar.default);
      return loaded;
    });
    ready.set(language, loading);
  }
  return loading;
};

/** A stretch of a text and what it is; all together they are the text. */
export interface Token {
  readonly start: number;
  readonly end: number;
  readonly kind?: string;
}

/** In UTF-16 units of the whole text; a line break belongs to no token. Longer texts than this are not coloured. */
const LENGTH_MAX = 200_000;

export const tokensOf = async (text: string, language: Language): Promise<Token[]> => {
  if (language === 'text' || text.length > LENGTH_MAX) return [];
  const loaded = await highlighter(language);
  // A line given up at a time limit would leave all that follows in a wrong state; the length bounds the work.
  const options = { lang: language, theme: 'kinds', tokenizeTimeLimit: 0 };
  return loaded.codeToTokensBase(text, options).flatMap((line) =>
    line.map(({ offset, content, color }) => ({
      start: offset,
      end: offset + content.length,
      kind: CLASSES[Number.parseInt(color?.slice(1) ?? '0', 16) - 1],
    })),
  );
};
