/** What every screen gets from its address: `#/gallery/a/b?find=fox` → rest `a`, `b` and the query `find=fox`. */
export interface ScreenProps {
  rest: readonly string[];
  query: URLSearchParams;
}
