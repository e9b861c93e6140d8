/** GraphiQL, connected to the GraphQL server. It is the only page with React and with styles added by script. */
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './console.css';

const QUESTION = `# One screen in one query: the skill, its prerequisites, and where this repository demonstrates it.
{
  skill(id: "graphql") {
    name
    summary
    requires {
      name
      level
    }
    demonstrations {
      path
      note
    }
  }
}
`;

const { theme } = document.documentElement.dataset;

createRoot(document.getElementById('console') as HTMLElement).render(
  createElement(GraphiQL, {
    fetcher: createGraphiQLFetcher({ url: '/api/through/graphql/graphql' }),
    defaultQuery: QUESTION,
    ...((theme === 'light' || theme === 'dark') && { forcedTheme: theme }),
  }),
);
