const SKINS = ["#f2d3b8", "#e5b997", "#d29f78", "#b57f57", "#8d5f3f"];
const HAIRS = ["#2b2420", "#4a3325", "#6e4a2f", "#8b7355", "#3c3f52"];
const COATS = ["#0f766e", "#5b6abf", "#b45309", "#7c5295", "#3f6f8f", "#8a4b5c"];

// Three ways to wear the hair, as outlines over a head at (60, 54).
const CUTS = [
  "M33 54c-3-30 57-30 54 0 0-12-8-18-14-19-9 6-26 8-33 7-4 3-7 7-7 12z",
  "M32 60c-6-40 62-40 56 0v26c-5 2-10 1-12-2 3-14 3-30-1-40-9 5-24 6-31 3-3 11-3 25 0 37-2 3-7 4-12 2z",
  "M34 50c0-26 52-26 52 0 0-6-4-10-8-12-10 5-26 5-36 0-4 2-8 6-8 12zM52 20c0-10 16-10 16 0 0 7-16 7-16 0z",
];
const MOUTHS = ["M52 68q8 6 16 0", "M52 69q8 3 16 0", "M53 67q7 8 14 0"];

const pick = <T,>(from: readonly T[], face: number, place: number): T => from[Math.floor(face / 7 ** place) % from.length] as T;

/** A face that is drawn out of a number and of nobody: the same number gives the same face. */
export function Face({ face, size = 112, label }: { face: number; size?: number; label: string }) {
  const glasses = Math.floor(face / 11) % 3 === 0;
  return (
    <svg role="img" aria-label={label} viewBox="0 0 120 120" width={size} height={size} className="persona-face">
      <rect width="120" height="120" rx="12" fill={pick(COATS, face, 3)} opacity="0.14" />
      <path d="M18 120c2-24 20-34 42-34s40 10 42 34z" fill={pick(COATS, face, 0)} />
      <path d="M51 76h18v14c-4 6-14 6-18 0z" fill={pick(SKINS, face, 1)} />
      <ellipse cx="60" cy="55" rx="25" ry="28" fill={pick(SKINS, face, 1)} />
      <path d={pick(CUTS, face, 2)} fill={pick(HAIRS, face, 3)} />
      <g fill="#2b2420">
        <circle cx="51" cy="56" r="2.4" />
        <circle cx="69" cy="56" r="2.4" />
      </g>
      {glasses && (
        <g fill="none" stroke="#2b2420" strokeWidth="1.6">
          <circle cx="51" cy="56" r="7" />
          <circle cx="69" cy="56" r="7" />
          <path d="M58 56h4" />
        </g>
      )}
      <path d={pick(MOUTHS, face, 4)} fill="none" stroke="#7a3b34" strokeWidth="2.2" strokeLinecap="round" />
    </svg>
  );
}
