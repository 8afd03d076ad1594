// The login half of WeChat's double: QR codes, the long poll for their state, the number on the phone, the other data
// centre. A test is the person with the phone: `scan`, `askCode`, `redirect`, `confirm` …

import type { ServerResponse } from 'node:http';
import type { Clock } from '../../electron/core/lib/clock';
import type { Disposable } from '../../electron/core/lib/disposable';
import type { DoubleRecord } from './double-record';
import { DoubleServer } from './double-server';
import { type Answer, answer, type Json, readCall, refusal, type WeixinCall, write } from './weixin-wire';

const MAX_WRONG_CODES = 3;

export interface WeixinQr {
  /** How many codes were given out. */
  readonly issued: number;
  scan(): void;
  /** The phone shows this number; the login goes on when it was typed in. */
  askCode(code: string): void;
  expire(): void;
  /** Go on at another server: one of ours by default, `host` as it is, or none at all. */
  redirect(host?: string | 'none'): Promise<void>;
  /** This phone's account is linked to this installation already. */
  alreadyLinked(): void;
  /** The newest login wins: tokens given out before are dead. Fields over the defaults; `undefined` leaves one out. */
  confirm(fields?: Json): void;
  /** A state that the vendor has not had so far. */
  say(status: string): void;
}

interface QrOptions {
  readonly clock: Clock;
  readonly holdMs: number;
  readonly record: DoubleRecord;
  /** A new token and what is told with it. */
  issueLogin(): Json;
  /** A confirmed login is told only once; from then on its token counts. */
  adopt(token: unknown): void;
}

interface Code {
  readonly qrcode: string;
  status: string;
  told: string;
  verifyCode?: string;
  wrongCodes: number;
  redirectHost?: string | undefined;
  /** Where the login goes on. */
  homePort?: number;
  login?: Json;
}

export class WeixinQrDesk implements WeixinQr {
  readonly #options: QrOptions;
  readonly #second: DoubleServer;
  #code: Code | undefined;
  #issued = 0;
  #held: { readonly response: ServerResponse; readonly timer: Disposable; readonly code: Code } | undefined;

  constructor(options: QrOptions) {
    this.#options = options;
    this.#second = new DoubleServer(async (request, response) => {
      const call = await readCall(request);
      options.record.add({
        via: 'http',
        name: `${call.method} ${call.path}`,
        body: Object.fromEntries(call.query),
      });
      if (!call.path.endsWith('/get_qrcode_status')) return void response.writeHead(404).end();
      const polled = this.poll(call, response);
      if (polled !== 'later') write(response, polled);
    });
  }

  get issued(): number {
    return this.#issued;
  }

  issue({ query, body, headers }: WeixinCall): Answer {
    const tokens = body.local_token_list;
    if (query.get('bot_type') !== '3') return refusal('bot_type');
    if (headers.authorization !== undefined) return refusal('Authorization');
    if (!Array.isArray(tokens) || tokens.length > 10 || tokens.some((token) => typeof token !== 'string')) {
      return refusal('local_token_list');
    }
    this.#issued += 1;
    const qrcode = `qr-double-${this.#issued}`;
    this.#code = { qrcode, status: 'wait', told: 'wait', wrongCodes: 0 };
    const content = `https://liteapp.weixin.qq.com/q/double?qrcode=${qrcode}&bot_type=3`;
    return answer({ ret: 0, qrcode, qrcode_img_content: content });
  }

  /** `later`: the response is kept until there is news. */
  poll({ query, port }: WeixinCall, response: ServerResponse): Answer | 'later' {
    const code = this.#code;
    if (!/^qr-double-\d+$/.test(query.get('qrcode') ?? '')) return refusal('qrcode');
    if (code === undefined || code.qrcode !== query.get('qrcode'))
      return answer({ ret: 0, status: 'expired' });
    if (code.homePort !== undefined && code.homePort !== port) {
      return answer({ ret: 0, status: 'scaned_but_redirect', redirect_host: code.redirectHost });
    }
    this.#judge(code, query.get('verify_code'));
    const isNews = code.status !== code.told || (code.status !== 'wait' && code.status !== 'scaned');
    if (isNews) return this.#tell(code);
    this.#hold(code, response);
    return 'later';
  }

  scan(): void {
    this.say('scaned');
  }

  askCode(verifyCode: string): void {
    this.#current().verifyCode = verifyCode;
    this.say('need_verifycode');
  }

  expire(): void {
    this.say('expired');
  }

  async redirect(host?: string | 'none'): Promise<void> {
    await this.#second.up();
    const code = this.#current();
    code.redirectHost = host === 'none' ? undefined : (host ?? `127.0.0.1:${this.#second.port}`);
    this.say('scaned_but_redirect');
    if (host === undefined) code.homePort = this.#second.port;
    code.status = 'scaned';
    code.told = 'scaned';
  }

  alreadyLinked(): void {
    this.say('binded_redirect');
  }

  confirm(fields: Json = {}): void {
    this.#current().login = { ...this.#options.issueLogin(), ...fields };
    this.say('confirmed');
  }

  say(status: string): void {
    const code = this.#current();
    code.status = status;
    this.#release();
  }

  close(): Promise<void> {
    this.#held?.timer.dispose();
    return this.#second.down();
  }

  #current(): Code {
    if (this.#code === undefined) throw new Error('nobody has asked for a QR code yet');
    return this.#code;
  }

  #judge(code: Code, typed: string | null): void {
    if (code.status !== 'need_verifycode' || typed === null) return;
    if (typed === code.verifyCode) code.status = 'scaned';
    else code.wrongCodes += 1;
    if (code.wrongCodes >= MAX_WRONG_CODES) code.status = 'verify_code_blocked';
  }

  #hold(code: Code, response: ServerResponse): void {
    this.#release();
    const timer = this.#options.clock.setTimeout(() => this.#release(), this.#options.holdMs);
    this.#held = { response, timer, code };
    response.on('close', () => timer.dispose());
    this.#options.record.changed();
  }

  #release(): void {
    const held = this.#held;
    this.#held = undefined;
    held?.timer.dispose();
    if (held !== undefined) write(held.response, this.#tell(held.code));
  }

  #tell(code: Code): Answer {
    const { status, redirectHost, login } = code;
    code.told = status;
    if (status === 'confirmed') this.#options.adopt(login?.bot_token);
    return answer({
      ret: 0,
      status,
      ...(status === 'scaned_but_redirect' ? { redirect_host: redirectHost } : {}),
      ...(status === 'confirmed' ? login : {}),
    });
  }
}
