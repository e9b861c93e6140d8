/** Docs: each operation's contract in four protocols, and each whole contract in its usual form. */
import { useRoute } from 'preact-iso';
import type { OperationInfo } from '../../api';
import { Failed, Loading } from '../shared/Notice';
import { getInfo } from '../shared/server';
import { useLoaded } from '../shared/use-loaded';
import { ContractPage } from './ContractPage';
import { OperationPage } from './OperationPage';
import './docs.css';

const CONTRACTS = ['proto', 'wsdl'] as const;

export default function DocsPage() {
  const { page } = useRoute().params;
  const info = useLoaded(getInfo, []);
  if (page === 'proto' || page === 'wsdl') return <ContractPage key={page} language={page} />;
  if (info.state === 'loading') return <Loading what="the operations" />;
  if (info.state === 'failed') return <Failed {...info} />;
  const { operations } = info.value;
  if (!page) return <Contents operations={operations} />;
  const found = operations.find(({ name }) => name === page);
  if (found) return <OperationPage key={found.name} operation={found} operations={operations} />;
  return (
    <>
      <h1>Page not found</h1>
      <p>
        See the <a href="/docs">contents</a>.
      </p>
    </>
  );
}

const WHOLE = [
  {
    href: '/consoles/swagger.html',
    title: 'OpenAPI',
    about: 'The REST contract in Swagger UI, to read and to try out.',
    isConsole: true,
  },
  {
    href: '/consoles/graphiql.html',
    title: 'GraphiQL',
    about: 'The GraphQL schema to browse, and an editor for queries.',
    isConsole: true,
  },
  {
    href: `/docs/${CONTRACTS[0]}`,
    title: 'Proto',
    about: 'The gRPC service, its messages and their fields.',
  },
  { href: `/docs/${CONTRACTS[1]}`, title: 'WSDL', about: 'The SOAP port, its elements and their types.' },
  { href: '/decisions', title: 'Decisions', about: 'Design decisions and their reasons.' },
];

const AUTHORIZATION = {
  anonymous: 'none',
  learner: 'signed-in learner',
  writer: 'scope skills:write',
} as const;

const Contents = ({ operations }: { readonly operations: readonly OperationInfo[] }) => (
  <>
    <h1>Docs</h1>
    <p class="muted">One service with four contracts, each in its own language.</p>
    <h2>Whole contracts</h2>
    <ul class="cards">
      {WHOLE.map(({ href, title, about, isConsole }) => (
        <li key={href}>
          {/* A console is a separate page, outside of the router. */}
          <a href={href} target={isConsole ? '_top' : undefined}>
            {title}
          </a>
          <span>{about}</span>
        </li>
      ))}
    </ul>
    <h2>Contracts by operation</h2>
    <div class="scroll">
      <table>
        <thead>
          <tr>
            <th scope="col">operation</th>
            <th scope="col">kind</th>
            <th scope="col">authorization</th>
          </tr>
        </thead>
        <tbody>
          {operations.map(({ name, kind, requiredIdentity }) => (
            <tr key={name}>
              <th scope="row">
                <a href={`/docs/${name}`}>{name}</a>
              </th>
              <td>{kind}</td>
              <td>{AUTHORIZATION[requiredIdentity]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  </>
);
