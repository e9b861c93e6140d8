/** Swagger UI with the contract that the REST server serves, connected to that server. */
import SwaggerUI from 'swagger-ui-dist/swagger-ui-es-bundle.js';
import 'swagger-ui-dist/swagger-ui.css';
import './console.css';

const { theme } = document.documentElement.dataset;
const isDark =
  theme === 'dark' || (theme === undefined && matchMedia('(prefers-color-scheme: dark)').matches);
document.documentElement.classList.toggle('dark-mode', isDark);

const PROXY = '/api/through/rest';

const start = async (): Promise<void> => {
  const contract = await (await fetch(`${PROXY}/api/openapi.json`)).json();
  SwaggerUI({
    domNode: document.getElementById('console'),
    spec: { ...contract, servers: [{ url: `${PROXY}/api` }] },
    deepLinking: true,
    displayOperationId: true,
    docExpansion: 'list',
    // Disables validation by a service on the internet.
    validatorUrl: null,
  });
};

void start();
