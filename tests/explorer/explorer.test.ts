/** The explorer's page, section by section, in one browser and against one server. */
import { closeExplorer, expectNoProblems, openExplorer } from './harness';
import './pages/ask';
import './pages/provoke';
import './pages/read';
import './pages/race';
import './pages/map';
import './pages/docs';
import './pages/cost';

beforeAll(openExplorer, 60_000);
afterEach(expectNoProblems);
afterAll(closeExplorer);
