/** The .proto or the WSDL as tables of operations and types. */
import { Failed, Loading } from '../shared/Notice';
import { getData } from '../shared/server';
import { useLoaded } from '../shared/use-loaded';
import type { ReadableContract, ReadableType } from './readable-contract';

const TITLES = { proto: 'The gRPC contract', wsdl: 'The SOAP contract' } as const;

export const ContractPage = ({ language }: { readonly language: keyof typeof TITLES }) => {
  const loaded = useLoaded(
    (signal) => getData<ReadableContract>(`contracts/${language}`, signal),
    [language],
  );
  return (
    <>
      <p class="small">
        <a href="/docs">Docs</a>
      </p>
      <h1>{TITLES[language]}</h1>
      {loaded.state === 'loading' && <Loading what="the contract" />}
      {loaded.state === 'failed' && <Failed {...loaded} />}
      {loaded.state === 'done' && <Contract {...loaded.value} />}
    </>
  );
};

const Contract = ({ file, description, operations, types }: ReadableContract) => {
  const names = new Set(types.map(({ name }) => name));
  return (
    <>
      <p>{description}</p>
      <p class="muted">
        From <a href={`/source/${file}`}>{file}</a>, the file that the server loads.
      </p>
      <h2>Operations</h2>
      <div class="scroll" tabIndex={0} role="region" aria-label="Operations">
        <table class="members">
          <thead>
            <tr>
              <th scope="col">name</th>
              <th scope="col">request</th>
              <th scope="col">response</th>
              <th scope="col">
                <span class="hidden">description</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {operations.map((operation) => (
              <tr key={operation.name}>
                <th scope="row">
                  <a href={`/docs/${operation.name.charAt(0).toLowerCase()}${operation.name.slice(1)}`}>
                    {operation.name}
                  </a>
                </th>
                <td>
                  <TypeName name={operation.request} names={names} />
                </td>
                <td>
                  <TypeName name={operation.response} names={names} />
                </td>
                <td>{operation.description}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <h2>Types</h2>
      {types.map((type) => (
        <TypeTable key={`${type.kind} ${type.name}`} type={type} names={names} />
      ))}
    </>
  );
};

/** A type of this contract links to its table. */
const TypeName = ({ name, names }: { readonly name: string; readonly names: ReadonlySet<string> }) =>
  names.has(name) ? (
    <a href={`#type-${name}`}>
      <code>{name}</code>
    </a>
  ) : (
    <code>{name}</code>
  );

const TypeTable = ({
  type: { name, kind, members, description },
  names,
}: {
  readonly type: ReadableType;
  readonly names: ReadonlySet<string>;
}) => {
  const isEnum = kind === 'enum';
  return (
    <section class="type" id={`type-${name}`} aria-label={`${kind} ${name}`}>
      <h3>
        <code>{name}</code> <span class="muted">{kind}</span>
      </h3>
      {description && <p>{description}</p>}
      {isEnum && (
        <p>{members.map(({ name: value, type }) => (type ? `${value} = ${type}` : value)).join(', ')}</p>
      )}
      {!isEnum && members.length === 0 && <p class="muted">It has no members.</p>}
      {!isEnum && members.length > 0 && (
        <div class="scroll" tabIndex={0} role="region" aria-label={`Members of the ${kind} ${name}`}>
          <table class="members">
            <thead>
              <tr>
                <th scope="col">name</th>
                <th scope="col">type</th>
                <th scope="col">occurs</th>
                <th scope="col">
                  <span class="hidden">description</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {members.map((member) => (
                <tr key={member.name}>
                  <th scope="row">
                    <code>{member.name}</code>
                    {member.number !== undefined && <span class="muted"> = {member.number}</span>}
                  </th>
                  <td>
                    <TypeName name={member.type} names={names} />
                  </td>
                  <td>{member.occurs ?? 'once'}</td>
                  <td>{member.description}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
};
