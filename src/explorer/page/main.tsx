/** The explorer's page: six sections, each loaded when it is opened. */
import { render } from 'preact';
import { useEffect } from 'preact/hooks';
import { ErrorBoundary, LocationProvider, lazy, Route, Router, useLocation } from 'preact-iso';
import { AskPage } from './ask/AskPage';
import { ThemeButton } from './shared/theme';

const ProvokePage = lazy(() => import('./provoke/ProvokePage'));
const ReadPage = lazy(() => import('./read/ReadPage'));
const RacePage = lazy(() => import('./race/RacePage'));
const MapPage = lazy(() => import('./map/MapPage'));
const DocsPage = lazy(() => import('./docs/DocsPage'));
const SourcePage = lazy(() => import('./read/SourcePage'));
const DecisionPage = lazy(() => import('./read/DecisionPage'));

const SECTIONS = [
  { path: '/', title: 'Ask' },
  { path: '/provoke', title: 'Provoke' },
  { path: '/read', title: 'Read' },
  { path: '/race', title: 'Race' },
  { path: '/map', title: 'Map' },
  { path: '/docs', title: 'Docs' },
] as const;

const isWithin = (path: string, section: string): boolean =>
  section === '/' ? path === '/' : path === section || path.startsWith(`${section}/`);

const Header = () => {
  const { path } = useLocation();
  const here = SECTIONS.find((section) => isWithin(path, section.path));
  useEffect(() => {
    document.title = here ? `${here.title} · API Rosetta` : 'API Rosetta';
  }, [here]);
  return (
    <header class="top">
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <a class="brand" href="/">
        <img src="/icon.svg" alt="" width="22" height="22" />
        API Rosetta
      </a>
      <nav aria-label="Sections">
        {SECTIONS.map((section) => (
          <a key={section.path} href={section.path} aria-current={section === here ? 'page' : undefined}>
            {section.title}
          </a>
        ))}
      </nav>
      <ThemeButton />
    </header>
  );
};

const NotFound = () => (
  <section>
    <h1>Page not found</h1>
    <p>
      <a href="/">Go to Ask</a>.
    </p>
  </section>
);

const Page = () => (
  <LocationProvider>
    <Header />
    <main id="main" tabIndex={-1}>
      <ErrorBoundary>
        <Router>
          <Route path="/" component={AskPage} />
          <Route path="/provoke/:name?" component={ProvokePage} />
          <Route path="/read/:operation?" component={ReadPage} />
          <Route path="/race/:operation?" component={RacePage} />
          <Route path="/map/:skill?" component={MapPage} />
          <Route path="/docs/:page?" component={DocsPage} />
          <Route path="/source/:path+" component={SourcePage} />
          <Route path="/decisions/:name?" component={DecisionPage} />
          <Route default component={NotFound} />
        </Router>
      </ErrorBoundary>
    </main>
  </LocationProvider>
);

render(<Page />, document.getElementById('page') as HTMLElement);
