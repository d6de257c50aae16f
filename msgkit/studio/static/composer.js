/** composer */
export function start() {}
