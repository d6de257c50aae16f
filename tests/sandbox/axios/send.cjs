// Uploads a picture and sends a rich reply with it, as users of wechatpay-axios-plugin do; prints what it got as JSON.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { Wechatpay, Multipart } = require('wechatpay-axios-plugin');

const { credentials, complaint, picture, filename, whole } = JSON.parse(readFileSync(0, 'utf-8'));
const { mchid, serial_no: serial, private_key: privateKey, public_key_id: id, public_key: publicKey } = credentials;
const wxpay = new Wechatpay({
  mchid, serial, privateKey, certs: { [id]: publicKey }, baseURL: credentials.base_url, proxy: false,
});

(async () => {
  const bytes = Buffer.from(picture, 'base64');
  const meta = { filename: 'receipt.png', sha256: createHash('sha256').update(bytes).digest('hex') };
  const form = new Multipart().append('meta', JSON.stringify(meta), 'meta.json').append('file', bytes, filename);
  const data = whole ? form.getBuffer() : form;
  const uploaded = await wxpay.v3.merchantService.images.upload.post(data, { meta, headers: form.getHeaders() });
  const image = { media_id: uploaded.data.media_id };
  const message = { blocks: [{ type: 'TEXT', text: { text: '您好' } }, { type: 'IMAGE', image }] };
  const body = { complainted_mchid: mchid, message, idempotent_id: `axios/${complaint}` };
  const sent = await wxpay.v3.merchantService.complaintsV2[complaint].responseImmediateService.post(body);
  console.log(JSON.stringify({ ...uploaded.data, ...sent.data }));
})().catch((error) => {
  console.error(error.message, JSON.stringify(error.response?.data));
  process.exitCode = 1;
});
