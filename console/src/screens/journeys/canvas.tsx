import { type Edge, Handle, MarkerType, type Node, type NodeProps, Position, ReactFlow } from "@xyflow/react";
import { useTranslation } from "react-i18next";
import type { Journey, Step } from "../../api/types.ts";
import { ChannelIcons } from "../../design/channels.tsx";
import { useFormat } from "../../i18n/format.ts";
import { word } from "../../i18n/words.ts";
import { NODE_HEIGHT, NODE_WIDTH, placesOf } from "./layout.ts";
import { stepIcon } from "./looks.ts";
import { channelsOf } from "./steps.ts";
import { type StepWords, useStepWords } from "./titles.ts";
import "@xyflow/react/dist/base.css";
import "./canvas.css";

interface StepData extends Record<string, unknown> {
  readonly step: Step;
  readonly title: string;
  readonly channels: readonly string[];
  readonly chosen: boolean;
}

function StepNode({ data }: NodeProps<Node<StepData>>) {
  const { t } = useTranslation();
  const format = useFormat();
  const { step, title, channels, chosen } = data;
  const Icon = stepIcon(step.type);
  return (
    <div className="node" data-chosen={chosen || undefined} data-type={step.type}>
      <Handle type="target" position={Position.Top} isConnectable={false} />
      <p className="node-type">
        <Icon size={14} strokeWidth={1.75} aria-hidden />
        {word("step", step.type)}
        <ChannelIcons channels={channels} />
      </p>
      {title && <p className="node-title">{title}</p>}
      <p className="node-counts">
        <span>{t("journeys.waitingHere", { number: format.number(step.waiting) })}</span>
        <span>{t("journeys.passed", { number: format.number(step.passed) })}</span>
      </p>
      <Handle type="source" position={Position.Bottom} isConnectable={false} />
    </div>
  );
}

const NODE_TYPES = { step: StepNode };

function nodesOf(journey: Journey, words: StepWords, chosen: string | undefined): Node<StepData>[] {
  const places = placesOf(journey);
  return journey.steps.map((step) => ({
    id: step.id,
    type: "step",
    position: places.get(step.id) ?? { x: 0, y: 0 },
    initialWidth: NODE_WIDTH,
    initialHeight: NODE_HEIGHT,
    ariaLabel: `${word("step", step.type)} ${words.title(step)}`.trim(),
    data: { step, title: words.title(step), channels: channelsOf(journey, step), chosen: step.id === chosen },
  }));
}

const LONGEST = 32;
const short = (text: string) => (text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text);

function edgesOf({ steps }: Journey, words: StepWords): Edge[] {
  return steps.flatMap((step) =>
    step.next.flatMap(({ to }, index) => to === null ? [] : [{
      id: `${step.id} ${to} ${index}`,
      source: step.id,
      target: to,
      type: "smoothstep",
      label: step.next.length > 1 ? short(words.way(step, index)) : undefined,
      markerEnd: { type: MarkerType.ArrowClosed, width: 14, height: 14, color: "var(--line-strong)" },
    }]),
  );
}

interface CanvasProps {
  readonly journey: Journey;
  readonly chosen: string | undefined;
  readonly onChoose: (step: string | undefined) => void;
}

/** The journey as a picture, laid out for the reader; to look at, not to drag. */
export default function Canvas({ journey, chosen, onChoose }: CanvasProps) {
  const { t } = useTranslation();
  const words = useStepWords(journey);
  // Named anew with each language; the layout is what takes time, and it depends on the steps alone.
  const nodes = nodesOf(journey, words, chosen);
  const edges = edgesOf(journey, words);
  return (
    <div className="canvas" role="group" aria-label={t("journeys.view.canvas")}>
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        zoomOnScroll={false}
        preventScrolling={false}
        minZoom={0.2}
        maxZoom={1.25}
        fitView
        fitViewOptions={{ padding: 0.08, maxZoom: 1 }}
        onNodeClick={(_event, node) => onChoose(node.id)}
        onPaneClick={() => onChoose(undefined)}
        onSelectionChange={({ nodes: [node] }) => node && node.id !== chosen && onChoose(node.id)}
      />
    </div>
  );
}
