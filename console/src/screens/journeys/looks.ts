import { CircleStop, Clock, GitBranch, Hourglass, type LucideIcon, Play, Send, Shuffle, Zap } from "lucide-react";

const ICONS: Readonly<Record<string, LucideIcon>> = {
  entry: Play, send: Send, wait: Clock, wait_for: Hourglass, branch: GitBranch, split: Shuffle, action: Zap, end: CircleStop,
};

/** The icon of a kind of step, the same in every view. */
export function stepIcon(type: string): LucideIcon {
  return ICONS[type] ?? Zap;
}
