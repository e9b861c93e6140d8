export default function RacePage() {
  return <h1>RacePage</h1>;
}
