import type { KeyboardEvent } from "react";

// Safari sends the Enter that ends a composition with this code and without the flag.
const COMPOSING_KEY = 229;

/** True when Enter means "send": not while an input method is still composing, and not with Shift. */
export function sends(event: KeyboardEvent): boolean {
  const { isComposing, keyCode } = event.nativeEvent;
  return event.key === "Enter" && !event.shiftKey && !isComposing && keyCode !== COMPOSING_KEY;
}
