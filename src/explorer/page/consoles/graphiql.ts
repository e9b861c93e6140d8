/** GraphiQL, whose calls go to our GraphQL server. The only page with React, and with styles made by a script. */
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { createElement } from 'react';
import { createRoot } from 'react-dom/client';
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './console.css';

const QUESTION = `# One screen in one question: what it is, what to know before, and where this repository does it.
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
