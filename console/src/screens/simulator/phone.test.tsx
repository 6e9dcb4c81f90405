import { MantineProvider } from "@mantine/core";
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, expect, it, vi } from "vitest";
import { ReplyBox } from "./phone.tsx";

vi.mock("react-i18next", () => ({ useTranslation: () => ({ t: (key: string) => key }) }));
afterEach(cleanup);

function box() {
  const said = vi.fn();
  render(
    <MantineProvider>
      <ReplyBox busy={false} onReply={said} />
    </MantineProvider>,
  );
  return { said, field: screen.getByLabelText("simulator.reply") };
}

it("sends on Enter", () => {
  const { said, field } = box();
  fireEvent.change(field, { target: { value: "好的" } });
  fireEvent.keyDown(field, { key: "Enter" });
  expect(said).toHaveBeenCalledExactlyOnceWith("好的");
});

it("does not send half a word while the input method composes", () => {
  const { said, field } = box();
  fireEvent.compositionStart(field);
  fireEvent.change(field, { target: { value: "ㄒㄧㄝ" } });
  fireEvent.keyDown(field, { key: "Enter", isComposing: true });
  // Safari ends the composition first and says only by the key code that this Enter belonged to it.
  fireEvent.keyDown(field, { key: "Enter", keyCode: 229 });
  expect(said).not.toHaveBeenCalled();
});

it("does not send nothing", () => {
  const { said, field } = box();
  fireEvent.change(field, { target: { value: "   " } });
  fireEvent.keyDown(field, { key: "Enter" });
  expect(said).not.toHaveBeenCalled();
});
