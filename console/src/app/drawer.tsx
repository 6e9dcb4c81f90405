import { Drawer } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { Sidebar, Wordmark } from "./sidebar.tsx";

/** The places on a narrow screen; loaded when it is first opened. */
export default function PlacesDrawer({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Drawer opened={opened} onClose={onClose} size={260} title={<Wordmark />} closeButtonProps={{ "aria-label": t("close") }}>
      <Sidebar plain />
    </Drawer>
  );
}
