export default function ProvokePage() {
  return <h1>ProvokePage</h1>;
}
