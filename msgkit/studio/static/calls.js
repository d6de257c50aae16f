/** calls */
export function start() {}
