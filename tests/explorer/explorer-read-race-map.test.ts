/** The other half of the explorer's page: apart, so that the two run beside each other. */
import { closeExplorer, expectNoProblems, openExplorer } from './harness';
import './pages/read';
import './pages/race';
import './pages/map';

beforeAll(openExplorer, 60_000);
afterEach(expectNoProblems);
afterAll(closeExplorer);
