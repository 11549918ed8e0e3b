import type { ReactNode } from "react";

interface Drawing {
  ground: string;
  shapes: ReactNode;
}

const INK = "#2b2a27";
const DRAWINGS: Record<string, Drawing> = {
  "enamel-mug": {
    ground: "#dbe6df",
    shapes: (
      <>
        <path d="M122 78c34-6 44 50 0 52" fill="none" stroke="#1f4d3a" strokeWidth="10" />
        <path d="M52 62h74v70a16 16 0 0 1-16 16H68a16 16 0 0 1-16-16z" fill="#2f6b52" />
        <ellipse cx="89" cy="62" rx="37" ry="9" fill="#f6f1e7" />
        <ellipse cx="89" cy="63" rx="29" ry="6" fill="#6b4a2f" />
      </>
    ),
  },
  "copper-kettle": {
    ground: "#f1ddcd",
    shapes: (
      <>
        <path d="M66 60c6-38 62-38 68 0" fill="none" stroke={INK} strokeWidth="7" />
        <path d="M142 104l32-30 8 9-30 44z" fill="#b5683c" />
        <path d="M48 146c-8-62 24-88 52-88s60 26 52 88z" fill="#c9794a" />
        <circle cx="100" cy="54" r="7" fill={INK} />
        <path
          d="M64 132c-2-30 8-46 20-54"
          fill="none"
          stroke="#e9b48f"
          strokeWidth="6"
          strokeLinecap="round"
        />
      </>
    ),
  },
  "oak-board": {
    ground: "#efe4d0",
    shapes: (
      <>
        <rect x="40" y="56" width="112" height="92" rx="14" fill="#c99f63" />
        <rect x="52" y="68" width="88" height="68" rx="8" fill="none" stroke="#a87f45" strokeWidth="4" />
        <circle cx="136" cy="72" r="7" fill="#efe4d0" />
        <path d="M60 92c26 8 48-6 72 4M60 114c22-6 46 8 72-2" fill="none" stroke="#b48c50" strokeWidth="3" />
      </>
    ),
  },
  "linen-towel": {
    ground: "#dfe6ea",
    shapes: (
      <>
        <path d="M54 44h92v108l-12-6-12 6-11-6-11 6-12-6-11 6-12-6-11 6z" fill="#f7f3ea" />
        <path d="M54 120h92M54 130h92" stroke="#7897a6" strokeWidth="5" />
        <path d="M78 44v104M122 44v104" stroke="#e3ddd0" strokeWidth="3" />
      </>
    ),
  },
  "dot-notebook": {
    ground: "#e5dfee",
    shapes: (
      <>
        <rect x="58" y="42" width="88" height="114" rx="6" fill="#57497a" />
        <rect x="58" y="42" width="14" height="114" rx="4" fill="#40355c" />
        <rect x="88" y="62" width="42" height="22" rx="3" fill="#f6f1e7" />
        <path d="M132 42v114" stroke="#c9794a" strokeWidth="4" />
      </>
    ),
  },
  "brass-pen": {
    ground: "#e8eadb",
    shapes: (
      <g transform="rotate(38 100 100)">
        <rect x="88" y="34" width="22" height="98" rx="9" fill="#c8a24a" />
        <path d="M88 126h22l-11 34z" fill="#8a6d2b" />
        <rect x="88" y="70" width="22" height="5" fill="#8a6d2b" />
        <rect x="106" y="40" width="5" height="42" rx="2" fill="#e0c47c" />
      </g>
    ),
  },
  "desk-tray": {
    ground: "#e2e4e2",
    shapes: (
      <>
        <path d="M36 92h128l-14 48H50z" fill="#6f7873" />
        <path d="M36 92h128l-10 14H46z" fill="#555d59" />
        <circle cx="84" cy="98" r="9" fill="none" stroke="#c8a24a" strokeWidth="5" />
        <path d="M92 100l24 10" stroke="#c8a24a" strokeWidth="5" />
        <circle cx="132" cy="100" r="7" fill="#c9794a" />
      </>
    ),
  },
  "arc-lamp": {
    ground: "#f4ead2",
    shapes: (
      <>
        <path d="M66 154c-8-92 30-110 66-96" fill="none" stroke={INK} strokeWidth="6" />
        <rect x="40" y="150" width="54" height="8" rx="4" fill={INK} />
        <path d="M112 62l34-10 16 34-58 14z" fill="#1f4d3a" />
        <path d="M104 100l58-14 14 66H96z" fill="#f3cf73" opacity=".55" />
      </>
    ),
  },
  "storm-lantern": {
    ground: "#dde3ea",
    shapes: (
      <>
        <path d="M72 66c-6-38 62-38 56 0" fill="none" stroke={INK} strokeWidth="5" />
        <rect x="68" y="64" width="64" height="12" rx="4" fill="#a63d2f" />
        <path d="M74 76h52l8 46H66z" fill="#fbf3da" />
        <path d="M100 86c14 16 8 30 0 30s-14-14 0-30z" fill="#ef9d3a" />
        <rect x="60" y="122" width="80" height="28" rx="6" fill="#a63d2f" />
      </>
    ),
  },
  "beeswax-candle": {
    ground: "#f5e8cf",
    shapes: (
      <>
        <rect x="76" y="78" width="48" height="74" rx="6" fill="#e3b04b" />
        <path d="M100 78V66" stroke={INK} strokeWidth="4" />
        <path d="M100 36c16 18 8 32 0 32s-16-14 0-32z" fill="#ef8b3a" />
        <path d="M76 92h48M76 110h48M76 128h48" stroke="#cf9a38" strokeWidth="3" />
      </>
    ),
  },
  "wool-blanket": {
    ground: "#e9dcd6",
    shapes: (
      <>
        <rect x="44" y="76" width="112" height="26" rx="12" fill="#8a4b3c" />
        <rect x="40" y="98" width="120" height="26" rx="12" fill="#a85d4a" />
        <rect x="36" y="120" width="128" height="28" rx="12" fill="#8a4b3c" />
        <path
          d="M60 76v26M60 98v26M60 120v28M140 76v26M140 98v26M140 120v28"
          stroke="#e8c9a5"
          strokeWidth="5"
        />
      </>
    ),
  },
  "day-pack": {
    ground: "#dfe5d6",
    shapes: (
      <>
        <path d="M78 56c0-26 44-26 44 0" fill="none" stroke={INK} strokeWidth="6" />
        <path d="M58 152V84c0-30 84-30 84 0v68z" fill="#5c7047" />
        <rect x="70" y="104" width="60" height="38" rx="8" fill="#46573a" />
        <path d="M58 92h84" stroke="#c99f63" strokeWidth="6" />
        <rect x="94" y="88" width="12" height="16" rx="3" fill="#c99f63" />
      </>
    ),
  },
};
const BOX: Drawing = {
  ground: "#e6e6e0",
  shapes: <path d="M52 80l48-22 48 22v58l-48 22-48-22z" fill="#b49a6c" />,
};

/** A product's picture. It says nothing that the text beside it does not. */
export function Illustration({ product }: { product: string }) {
  const drawing = DRAWINGS[product] ?? BOX;
  return (
    <svg
      className="illustration"
      viewBox="0 0 200 200"
      aria-hidden="true"
      style={{ background: drawing.ground }}
    >
      <ellipse cx="100" cy="156" rx="62" ry="7" fill={INK} opacity=".08" />
      {drawing.shapes}
    </svg>
  );
}
