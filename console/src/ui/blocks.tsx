import { Image as ImageIcon } from "lucide-react";

type Block = Readonly<Record<string, unknown>>;

const textOf = (block: Block, ...keys: readonly string[]): string => {
  for (const key of keys) {
    const value = block[key];
    if (typeof value === "string" && value !== "") return value;
  }
  return "";
};

interface BlocksProps {
  readonly blocks: readonly Block[];
  readonly text: string | null | undefined;
  readonly onPress?: (url: string) => void;
}

function OneBlock({ block, onPress }: { block: Block; onPress?: (url: string) => void }) {
  const type = textOf(block, "type");
  if (type === "button") {
    const label = textOf(block, "label", "text");
    return (
      <button type="button" className="block-button" disabled={!onPress} onClick={() => onPress?.(textOf(block, "url", "uri"))}>
        {label}
      </button>
    );
  }
  if (type === "image") return <div className="block-image">{textOf(block, "alt", "name") || <ImageIcon size={20} aria-hidden />}</div>;
  if (type === "heading") return <p className="block-heading">{textOf(block, "text")}</p>;
  return <p className="block-text">{textOf(block, "text", "name", "label")}</p>;
}

/** The parts of a message; a message without parts is its text. */
export function Blocks({ blocks, text, onPress }: BlocksProps) {
  if (blocks.length === 0) return <p className="block-text">{text}</p>;
  return (
    <>
      {blocks.map((block, index) => (
        <OneBlock key={index} block={block} onPress={onPress} />
      ))}
    </>
  );
}
