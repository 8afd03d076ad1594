// The few native dialogs and the one notification of the shell. app.ts asks and acts on the answer; nothing is
// decided here. Attached to the window when that can be seen: a question on a hidden window would be hidden too.

import {
  type BrowserWindow,
  dialog,
  type MessageBoxOptions,
  type MessageBoxReturnValue,
  Notification,
} from 'electron';
import type { ShellTexts } from './shell-texts';

type Parent = BrowserWindow | undefined;

export async function showRefusal(sentence: string): Promise<void> {
  await dialog.showMessageBox({ type: 'error', title: 'Gatehouse', message: sentence });
}

export async function confirmQuit(parent: Parent, texts: ShellTexts, clients: number): Promise<boolean> {
  const { response } = await ask(parent, {
    title: texts.quitTitle,
    message: texts.quitMessage(clients),
    detail: texts.quitDetail,
    buttons: [texts.quit, texts.cancel],
    defaultId: 1,
    cancelId: 1,
  });
  return response === 0;
}

export async function askWithoutTray(
  parent: Parent,
  texts: ShellTexts,
): Promise<'minimise' | 'quit' | 'cancel'> {
  const answers = ['minimise', 'quit', 'cancel'] as const;
  const { response } = await ask(parent, {
    title: 'Gatehouse',
    message: texts.noTrayMessage,
    detail: texts.noTrayDetail,
    buttons: answers.map((answer) => texts[answer]),
    defaultId: 0,
    cancelId: 2,
  });
  return answers[response] ?? 'cancel';
}

export function sayInTray(texts: ShellTexts): void {
  new Notification({ title: texts.inTrayTitle, body: texts.inTrayBody }).show();
}

function ask(parent: Parent, options: MessageBoxOptions): Promise<MessageBoxReturnValue> {
  const question = { type: 'question' as const, noLink: true, ...options };
  return parent?.isVisible() ? dialog.showMessageBox(parent, question) : dialog.showMessageBox(question);
}
