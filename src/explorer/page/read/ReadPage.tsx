export default function ReadPage() {
  return <h1>ReadPage</h1>;
}
