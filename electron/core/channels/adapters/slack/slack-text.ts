// The three characters that Slack escapes in texts (docs.slack.dev, "Formatting message text"): unescaped in what comes
// in, escaped in what goes out, so that a text of ours never pings a channel or a person. Pure.

export function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function unescapeText(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
