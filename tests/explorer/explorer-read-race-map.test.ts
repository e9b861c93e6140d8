/** The explorer's Read, Race and Map sections in one browser, against one server. */
import { closeExplorer, expectNoProblems, openExplorer } from './harness';
import './pages/read';
import './pages/race';
import './pages/map';

beforeAll(openExplorer, 60_000);
afterEach(expectNoProblems);
afterAll(closeExplorer);
