// Goes the whole way of a complaint, as users of wechatpay-axios-plugin do; prints what it got as JSON.
const { createHash } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { Wechatpay, Multipart, Aes: { AesGcm }, Rsa } = require('wechatpay-axios-plugin');

const { credentials, certs, complaint, day, picture, url } = JSON.parse(readFileSync(0, 'utf-8'));
const { mchid, serial_no: serial, private_key: privateKey, apiv3_key: secret } = credentials;
const wxpay = new Wechatpay({ mchid, serial, privateKey, certs, baseURL: credentials.base_url, proxy: false });

const certificates = async () => {
  const { data: { data } } = await wxpay.v3.certificates.get();
  return Object.fromEntries(data.map(({ serial_no: number, encrypt_certificate: sealed }) => [
    number, AesGcm.decrypt(sealed.ciphertext, secret, sealed.nonce, sealed.associated_data),
  ]));
};

const notifications = async () => {
  const door = wxpay.v3.merchantService.complaintNotifications;
  const made = await door.post({ url });
  const read = await door.get();
  const changed = await door.put({ url: `${url}/2` });
  const deleted = await door.delete();
  const missing = await door.get().catch(({ response }) => response);
  return [made.data, read.data, changed.data, deleted.status, missing.data.code];
};

(async () => {
  const service = wxpay.v3.merchantService;
  const bytes = Buffer.from(picture, 'base64');
  const meta = { filename: 'receipt.png', sha256: createHash('sha256').update(bytes).digest('hex') };
  const form = new Multipart().append('meta', JSON.stringify(meta)).append('file', bytes, 'receipt.png');
  const uploaded = await service.images.upload.post(form.getBuffer(), { meta, headers: form.getHeaders() });
  const reply = { complainted_mchid: mchid, response_content: '已退款', response_images: [uploaded.data.media_id] };
  const replied = await service.complaintsV2[complaint].response.post(reply);
  const params = { begin_date: day, end_date: day, limit: 5 };
  const listed = await service.complaintsV2.get({ params });
  const detail = await service.complaintsV2[complaint].get();
  const history = await service.complaintsV2._complaint_id_.negotiationHistorys.get({ params: { limit: 1 }, complaint_id: complaint });
  console.log(JSON.stringify({
    replied: replied.status,
    listed: listed.data.data.map(({ complaint_id: id }) => id),
    phone: Rsa.decrypt(detail.data.payer_phone, privateKey),
    said: history.data.data.map(({ operate_details: details }) => details),
    certificates: await certificates(),
    notifications: await notifications(),
  }));
})().catch((error) => {
  console.error(error.message, JSON.stringify(error.response?.data));
  process.exitCode = 1;
});
