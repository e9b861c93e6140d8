/** The explorer's page, section by section, in one browser and against one server: the first half. */
import { closeExplorer, expectNoProblems, openExplorer } from './harness';
import './pages/ask';
import './pages/provoke';
import './pages/docs';

beforeAll(openExplorer, 60_000);
afterEach(expectNoProblems);
afterAll(closeExplorer);
