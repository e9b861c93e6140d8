/** Whether the service can do its work: `/readyz` and gRPC's health service report it. */
export interface Readiness {
  isReady(): boolean;
  /** Calls the listener after each change. Returns a function that stops this. */
  onChange(listener: () => void): () => void;
}
