/** Ask: one question, built from its schema, and what each protocol made of it. */
export const AskPage = () => <h1>Ask</h1>;
