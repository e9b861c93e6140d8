/** The explorer's Ask, Provoke and Docs sections in one browser, against one server. */
import { closeExplorer, expectNoProblems, openExplorer } from './harness';
import './pages/ask';
import './pages/provoke';
import './pages/docs';

beforeAll(openExplorer, 60_000);
afterEach(expectNoProblems);
afterAll(closeExplorer);
