import {
  Globe, Import, type LucideIcon, Mail, Megaphone, MessageCircle, MessageSquareText, Radio, Smartphone, Store, Webhook,
} from "lucide-react";
import { useWords } from "../i18n/words.ts";
import "./channels.css";

interface Look {
  readonly icon: LucideIcon;
  readonly colour: string;
}

// One fixed icon and colour for each channel, on every screen.
const LOOKS: Readonly<Record<string, Look>> = {
  web: { icon: Globe, colour: "var(--channel-web)" },
  app: { icon: Smartphone, colour: "var(--channel-app)" },
  email: { icon: Mail, colour: "var(--channel-email)" },
  line: { icon: MessageCircle, colour: "var(--channel-line)" },
  sms: { icon: MessageSquareText, colour: "var(--channel-sms)" },
  store: { icon: Store, colour: "var(--channel-store)" },
  ads: { icon: Megaphone, colour: "var(--channel-ads)" },
  webhook: { icon: Webhook, colour: "var(--channel-webhook)" },
  import: { icon: Import, colour: "var(--channel-other)" },
};
const OTHER: Look = { icon: Radio, colour: "var(--channel-other)" };

/** The colour and icon of a channel; unknown channels share one look. */
export function lookOf(channel: string): Look {
  return LOOKS[channel] ?? OTHER;
}

/** A channel's icon in its colour. The name is for screen readers unless it stands beside. */
export function ChannelIcon({ channel, size = 16 }: { channel: string; size?: number }) {
  const { icon: Icon, colour } = lookOf(channel);
  return <Icon size={size} color={colour} aria-hidden strokeWidth={1.75} />;
}

/** A channel as icon and name. */
export function ChannelName({ channel }: { channel: string }) {
  const { word } = useWords();
  return (
    <span className="channel-name">
      <ChannelIcon channel={channel} />
      {word("channel", channel)}
    </span>
  );
}

/** Several channels in a row of icons, each named for those who cannot see it. */
export function ChannelIcons({ channels }: { channels: readonly string[] }) {
  const { word } = useWords();
  return (
    <span className="channel-icons">
      {channels.map((channel) => (
        <span key={channel} title={word("channel", channel)}>
          <ChannelIcon channel={channel} />
          <span className="hidden-text">{word("channel", channel)}</span>
        </span>
      ))}
    </span>
  );
}
