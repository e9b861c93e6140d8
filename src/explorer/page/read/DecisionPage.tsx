export default function DecisionPage() {
  return <h1>DecisionPage</h1>;
}
