import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { startSpeaking } from "./i18n/index.ts";
import "./design/tokens.css";
import "./design/mantine.css";
import "./design/base.css";

const root = document.getElementById("root");
if (root) {
  await startSpeaking();
  createRoot(root).render(<App />);
}
