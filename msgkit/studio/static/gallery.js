/** gallery */
export function start() {}
