/** The mark: a ring that is being drawn. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 32 32" aria-hidden="true">
      <circle cx="16" cy="16" r="11" className="mark-rest" />
      <circle cx="16" cy="16" r="11" className="mark-done" />
    </svg>
  );
}
