/** Syntax highlighting by Shiki. Languages are loaded on demand; tokens get CSS classes instead of Shiki's colours. */
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

/** CSS classes by scopes of TextMate grammars; later entries take precedence. The colours are in style.css. */
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
/** A Shiki theme has colours, not classes, so each class is encoded as a colour. */
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

/** Loaded with the first coloured text, so pages without code do not wait for it. */
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

/** A range of a text with its CSS class. */
export interface Token {
  readonly start: number;
  readonly end: number;
  readonly kind?: string;
}

/** In UTF-16 units. Longer texts are not coloured. */
const LENGTH_MAX = 200_000;

export const tokensOf = async (text: string, language: Language): Promise<Token[]> => {
  if (language === 'text' || text.length > LENGTH_MAX) return [];
  const loaded = await highlighter(language);
  // Aborting a line at a time limit would break the state for later lines; the length limit bounds the work instead.
  const options = { lang: language, theme: 'kinds', tokenizeTimeLimit: 0 };
  return loaded.codeToTokensBase(text, options).flatMap((line) =>
    line.map(({ offset, content, color }) => ({
      start: offset,
      end: offset + content.length,
      kind: CLASSES[Number.parseInt(color?.slice(1) ?? '0', 16) - 1],
    })),
  );
};
