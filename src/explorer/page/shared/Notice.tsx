/** Notices for loading, failed and empty states. */
import type { ComponentChildren } from 'preact';

export const Loading = ({ what }: { readonly what: string }) => (
  <p class="notice" role="status">
    <span class="spinner" aria-hidden="true" /> Loading {what} …
  </p>
);

export const Failed = ({ message, retry }: { readonly message: string; readonly retry?: () => void }) => (
  <div class="notice bad" role="alert">
    <p>{message}</p>
    {retry && (
      <button type="button" onClick={retry}>
        Try again
      </button>
    )}
  </div>
);

export const Empty = ({ children }: { readonly children: ComponentChildren }) => (
  <p class="notice">{children}</p>
);
